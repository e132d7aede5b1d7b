//! The oracle's queries, as text.

use super::naive::{Cond, Lit, Set, Stage};

impl std::fmt::Display for Lit {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Lit::Text(text) => {
                let escaped = text
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")
                    .replace('\t', "\\t");
                write!(f, "\"{escaped}\"")
            }
            Lit::Number(number) => write!(f, "{number}"),
            Lit::Nanos(nanos) => write!(f, "{nanos}ns"),
            Lit::Bool(value) => write!(f, "{value}"),
            Lit::Word(word) => write!(f, "{word}"),
            Lit::Nil => write!(f, "nil"),
        }
    }
}

impl std::fmt::Display for Cond {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let list = |all: &[Cond], sign: &str| all.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(sign);
        match self {
            Cond::All(all) => write!(f, "{}", list(all, " && ")),
            Cond::Any(all) => write!(f, "{}", list(all, "||")),
            Cond::Not(inner) => write!(f, "!({inner})"),
            Cond::Is(field, sign, lit) => write!(f, "{field} {sign} {lit}"),
            Cond::Turned(lit, sign, field) => write!(f, "{lit} {sign} {field}"),
            Cond::Both(one, sign, other) => write!(f, "{one} {sign} {other}"),
            Cond::Sum(field, factor, more, sign, than) => write!(f, "{field} * {factor} + {more} {sign} {than}"),
            Cond::Bare(field) => write!(f, "{field}"),
            Cond::Everything => write!(f, "true"),
        }
    }
}

impl std::fmt::Display for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Set::Filter(Cond::Everything) => write!(f, "{{}}"),
            Set::Filter(cond) => write!(f, "{{ {cond} }}"),
            Set::Op(left, sign, right) => write!(f, "({left} {sign} {right})"),
            Set::Pipe(first, stages) => {
                write!(f, "({first}")?;
                for stage in stages {
                    match stage {
                        Stage::Filter(set) => write!(f, " | {set}")?,
                        Stage::By(field) => write!(f, " | by({field})")?,
                        Stage::Coalesce => write!(f, " | coalesce()")?,
                        Stage::Count(sign, count) => write!(f, " | count() {sign} {count}")?,
                        Stage::Of(function, field, sign, number) => {
                            write!(f, " | {function}({field}) {sign} {number}")?
                        }
                    }
                }
                write!(f, ")")
            }
        }
    }
}
