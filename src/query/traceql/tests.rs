//! Queries read, and what is wrong with others.

use super::*;

fn read(text: &str) -> Query {
    parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

/// A tree as text, fully in parentheses.
fn shown(expr: &Expr) -> String {
    let list = |all: &[Expr], sign: &str| format!("({})", all.iter().map(shown).collect::<Vec<_>>().join(sign));
    match expr {
        Expr::All(all) => list(all, " && "),
        Expr::Any(all) => list(all, " || "),
        Expr::Not(inner) => format!("!{}", shown(inner)),
        Expr::Compare(left, comparison, right) => format!("({} {comparison:?} {})", shown(left), shown(right)),
        Expr::Calculate(left, calculation, right) => format!("({} {calculation:?} {})", shown(left), shown(right)),
        Expr::Field(Field::Intrinsic(intrinsic)) => format!("{intrinsic:?}"),
        Expr::Field(Field::Attribute(scope, key)) => format!("{scope:?}[{key}]"),
        Expr::Literal(Literal::Text(text)) => format!("{text:?}"),
        Expr::Literal(Literal::Number(crate::query::find::Number::Int(number))) => format!("{number}"),
        Expr::Literal(Literal::Number(crate::query::find::Number::Double(number))) => format!("{number:?}"),
        Expr::Literal(Literal::Duration(nanos)) => format!("{nanos}ns"),
        Expr::Literal(Literal::Bool(value)) => format!("{value}"),
        Expr::Literal(Literal::Status(word) | Literal::Kind(word)) => (*word).to_owned(),
        Expr::Literal(Literal::Nil) => "nil".to_owned(),
    }
}

fn shown_sets(sets: &Spansets) -> String {
    let list = |all: &[Spansets], sign: &str| all.iter().map(shown_sets).collect::<Vec<_>>().join(sign);
    match sets {
        Spansets::Filter(expr) => format!("{{{}}}", shown(expr)),
        Spansets::All(all) => format!("({})", list(all, " && ")),
        Spansets::Any(all) => format!("({})", list(all, " || ")),
        Spansets::Join(left, join, right) => {
            format!("({} {:?}{:?} {})", shown_sets(left), join.relation, join.side, shown_sets(right))
        }
        Spansets::Query(query) => format!("({} | {})", shown_sets(&query.first), query.stages.len()),
    }
}

#[test]
fn braces_are_read() {
    let inside = |text: &str| match read(&format!("{{{text}}}")).first {
        Spansets::Filter(expr) => shown(&expr),
        other => panic!("{other:?}"),
    };
    for (text, tree) in [
        ("", "true"),
        (" .a = 1 ", "(None[a] Equal 1)"),
        (
            ".a=1&&span.b>=2.5||resource.c!=`x\"`",
            "(((None[a] Equal 1) && (Span[b] AtLeast 2.5)) || (Resource[c] Unequal \"x\\\"\"))",
        ),
        (".a = 1 || .b = 2 && .c = 3", "(((None[a] Equal 1) || (None[b] Equal 2)) && (None[c] Equal 3))"),
        (".a = 1 || (.b = 2 && .c = 3)", "((None[a] Equal 1) || ((None[b] Equal 2) && (None[c] Equal 3)))"),
        ("duration>10ms", "(Duration More 10000000ns)"),
        (
            "span:duration <= 1.5s && traceDuration < 1h",
            "((Duration AtMost 1500000000ns) && (TraceDuration Less 3600000000000ns))",
        ),
        ("status=error && kind != server", "((Status Equal error) && (Kind Unequal server))"),
        (
            "name =~ \"GET /.*\" && rootServiceName !~ `a|b`",
            "((Name Like \"GET /.*\") && (RootService Unlike \"a|b\"))",
        ),
        ("!.a && !(.b = -1)", "(!None[a] && !(None[b] Equal -1))"),
        (".a - 1 * 2 ^ 3 ^ .b > 1e-3", "((None[a] Subtract (1 Multiply (2 Power (3 Power None[b])))) More 0.001)"),
        (".a-b/c = 1", "(None[a-b/c] Equal 1)"),
        ("span.\"a b\" = nil", "(Span[a b] Equal nil)"),
        ("event.exception.message != nil", "(Event[exception.message] Unequal nil)"),
        (
            "instrumentation:name = \"x\" && link:spanID = \"1\"",
            "((ScopeName Equal \"x\") && (LinkSpanId Equal \"1\"))",
        ),
        (".größe = \"µ\\n\\\"\\\\\"", "(None[größe] Equal \"µ\\n\\\"\\\\\")"),
        ("duration > 2 * span.budget", "(Duration More (2 Multiply Span[budget]))"),
        ("true", "true"),
    ] {
        assert_eq!(inside(text), tree, "{text}");
    }
}

#[test]
fn spansets_and_stages_are_read() {
    for (text, tree) in [
        ("{} >> {.a=1} > {}", "(({true} DescendantRight {(None[a] Equal 1)}) ChildRight {true})"),
        ("{} && {} || {}", "(({true} && {true}) || {true})"),
        ("{} && {} && {}", "({true} && {true} && {true})"),
        ("{} && ({} ~ {})", "({true} && ({true} SiblingRight {true}))"),
        ("{} &>> {} !< {} << {}", "((({true} DescendantBoth {true}) ParentNot {true}) AncestorRight {true})"),
        ("({} | count() > 2) >> {}", "(({true} | 1) DescendantRight {true})"),
    ] {
        assert_eq!(shown_sets(&read(text).first), tree, "{text}");
    }
    let query = read(
        "{ } | count() > 2 | by(resource.service.name) | avg(duration) + 1 >= max(.x) * 2ms | select(name, .a) | coalesce() | {.b = 1} >> {}",
    );
    assert_eq!(query.stages.len(), 6);
    assert!(
        matches!(&query.stages[0], Stage::Compare(Scalar::Aggregate(Aggregate { function: Function::Count, of: None }), Comparison::More, Scalar::Number(two)) if *two == 2.0)
    );
    assert!(
        matches!(&query.stages[1], Stage::Group(Expr::Field(Field::Attribute(Scope::Resource, key))) if key == "service.name")
    );
    assert!(matches!(
        &query.stages[2],
        Stage::Compare(Scalar::Calculate(..), Comparison::AtLeast, Scalar::Calculate(..))
    ));
    assert!(matches!(&query.stages[3], Stage::Select(fields) if fields.len() == 2));
    assert!(matches!(&query.stages[4..], [Stage::Coalesce, Stage::Spansets(Spansets::Join(..))]));
}

#[test]
fn faults_say_where_and_what() {
    for (text, column, length, found, expected) in [
        ("", 1, 0, "", Expected::Spansets),
        ("  ", 3, 0, "", Expected::Spansets),
        ("name = \"x\"", 1, 4, "name", Expected::Spansets),
        ("{ .a = }", 8, 1, "}", Expected::Field),
        ("{ .a = 1", 9, 0, "", Expected::AfterField),
        ("{ .a 1 }", 6, 1, "1", Expected::AfterField),
        ("{ größe = 1 }", 3, 5, "größe", Expected::Field),
        ("{ .größe = \"x }", 16, 0, "", Expected::Quote),
        ("{ .a = \"\\q\" }", 9, 2, "\\q", Expected::Escape),
        ("{ .a = 12x }", 8, 3, "12x", Expected::Number),
        ("{ .a = 1 } extra", 12, 5, "extra", Expected::AfterSpansets),
        ("{ .a = 1 }}", 11, 1, "}", Expected::AfterSpansets),
        ("{ } | ", 7, 0, "", Expected::Stage),
        ("{ } | frob()", 7, 4, "frob", Expected::Stage),
        ("{ } | count()", 14, 0, "", Expected::Comparison),
        ("{ } | count() > x", 17, 1, "x", Expected::Scalar),
        ("{ } | count() =~ 1", 15, 2, "=~", Expected::Comparison),
        ("{ } | avg() > 1", 11, 1, ")", Expected::Field),
        ("{ } | avg(name) > 1", 11, 4, "name", Expected::Number),
        ("{ } | by resource.x", 10, 10, "resource.x", Expected::Open),
        ("{ } | by(.a", 12, 0, "", Expected::Close),
        ("{ } | select(1)", 14, 1, "1", Expected::Shown),
        ("{ } >>", 7, 0, "", Expected::Spansets),
        ("({ }", 5, 0, "", Expected::AfterSpansets),
        ("{ span. = 1 }", 8, 1, " ", Expected::Key),
        ("{ spam.x = 1 }", 3, 5, "spam.", Expected::Scope),
        ("{ .a = 1 ; }", 10, 1, ";", Expected::Sign),
        ("{ .a =~ 5 }", 9, 1, "5", Expected::Text),
        ("{ name =~ \"(\" }", 11, 3, "\"(\"", Expected::Regex),
        ("{ duration =~ \"1\" }", 12, 2, "=~", Expected::Comparison),
        ("{ duration > \"5ms\" }", 14, 5, "\"5ms\"", Expected::Duration),
        ("{ childCount = \"5\" }", 16, 3, "\"5\"", Expected::Number),
        ("{ name = 5 }", 10, 1, "5", Expected::Text),
        ("{ status = \"error\" }", 12, 7, "\"error\"", Expected::Status),
        ("{ status > error }", 10, 1, ">", Expected::Equality),
        ("{ kind = error }", 10, 5, "error", Expected::Kind),
        ("{ .a = error }", 8, 5, "error", Expected::Text),
        ("{ .a > nil }", 6, 1, ">", Expected::Equality),
        ("{ duration }", 3, 8, "duration", Expected::Condition),
        ("{ .a = 1 && \"x\" }", 13, 3, "\"x\"", Expected::Condition),
        ("{ 1 + 2 }", 3, 5, "1 + 2", Expected::Condition),
        ("{ (.a = 1) = 2 }", 3, 8, "(.a = 1)", Expected::Value),
        ("{ .a = 1 = 2 }", 10, 1, "=", Expected::AfterField),
        ("{ .a + \"x\" > 2 }", 8, 3, "\"x\"", Expected::Number),
        ("{ !duration }", 4, 8, "duration", Expected::Condition),
        ("{ parent.a = 1 }", 3, 7, "parent.", Expected::Scope),
    ] {
        let fault = parse(text).expect_err(text);
        let told = (fault.column, fault.length, fault.found.as_str(), fault.expected);
        assert_eq!(told, (column, length, found, expected), "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    for text in [
        format!("{}{{}}", "(".repeat(100_000)),
        format!("{{{}.a = 1}}", "(".repeat(60_000)),
        format!("{{{}.a}}", "!".repeat(60_000)),
        format!("{{1 = {}1}}", "-".repeat(60_000)),
        format!("{{}}{}", " >> {}".repeat(10_000)),
        format!("{{.a = 1{}}}", " + 1".repeat(10_000)),
        format!("{{.a = 1{}}}", " ^ 1".repeat(10_000)),
        format!("{{.a = 1{}}}", " && .b = 1 || .c = 1".repeat(2_000)),
        format!("{{}} | {}count() > 1", "(".repeat(60_000)),
        format!("{{}} | {}1 > 1", "-".repeat(60_000)),
    ] {
        let fault = parse(&text).expect_err("too deep");
        assert!(matches!(fault.expected, Expected::Flatter | Expected::Shorter), "{fault:?}");
    }
    let wide = format!("{{.a = 1{}}}", " && .b = 1".repeat(400));
    assert!(matches!(read(&wide).first, Spansets::Filter(Expr::All(all)) if all.len() == 401));
    assert!(parse(&format!("{}{{}}{}", "(".repeat(99), ")".repeat(99))).is_ok());
}

proptest::proptest! {
    /// Whatever is typed, the place of the fault is in the text.
    #[test]
    fn faults_stand_in_the_text(text in "[{}()|&>~=!.a1\"\\\\ µs-]{0,40}|\\PC{0,30}") {
        if let Err(fault) = parse(&text) {
            let characters = text.chars().count() as u32;
            proptest::prop_assert!(fault.column >= 1 && fault.column + fault.length <= characters + 1, "{fault:?}");
            let found: String = text.chars().skip(fault.column as usize - 1).take(fault.length.min(50) as usize).collect();
            proptest::prop_assert_eq!(found, fault.found);
        }
    }
}
