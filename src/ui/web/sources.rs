//! Query APIs as sources: adding one, and what goes wrong with one, in words. In the rest: few visitors need it.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};

use super::format::number;
use super::searching::{Remote, kind_name};
use super::signal::RwSignal;
use super::state::{app, client};
use super::view::{View, el, optional};
use super::words::{fill, words};
use crate::engine::questions::QueryExpected;
use crate::source::answers::Partial;
use crate::source::trouble::{Mend, Trouble, TroubleKind};

/// Name, address and headers of a new source, and the list of those that are there.
#[inline(never)]
pub fn add_source_form(adding: RwSignal<bool>) -> View {
    let words = words();
    let trouble = RwSignal::new(None::<Trouble>);
    let busy = RwSignal::new(false);
    let field = |id: &'static str, hint: &str, name: &str| {
        el("input", "").test_id(id).attrs(&[
            ("type", "text"),
            ("spellcheck", "false"),
            ("autocomplete", "off"),
            ("placeholder", hint),
            ("aria-label", name),
        ])
    };
    let name = field("source-name", words.source_name, words.source_name);
    let url = field("source-url", "https://jaeger.example.org/", words.source_address);
    let headers = el("textarea", "mono").test_id("source-headers").attrs(&[
        ("rows", "2"),
        ("spellcheck", "false"),
        ("placeholder", "Authorization: Bearer …"),
        ("aria-label", words.source_headers),
        ("title", words.source_headers_title),
    ]);
    let (name_field, url_field): (HtmlInputElement, HtmlInputElement) = (name.element(), url.element());
    let headers_field: HtmlTextAreaElement = headers.element();
    let keeps = el("input", "").test_id("source-keep-headers").attr("type", "checkbox");
    let keeps_field: HtmlInputElement = keeps.element();
    let keeps = el("label", "check").child(keeps).child(el("span", "").text(words.source_keep_headers));
    let add = el("button", "button primary").attr("type", "button").test_id("source-add").text(words.source_add).on(
        "click",
        move |_: Event| {
            let (name, address) = (name_field.value().trim().to_owned(), url_field.value().trim().to_owned());
            let lines = headers_field.value();
            let headers = lines
                .lines()
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect();
            let keeps_headers = keeps_field.checked();
            busy.set(true);
            spawn_local(async move {
                let Some(client) = client() else { return };
                let added = client.add_source(name, address, headers, keeps_headers).await;
                let sources = client.sources(false).await;
                app().sources.set(sources);
                if busy.is_disposed() {
                    return;
                }
                busy.set(false);
                match added {
                    Some(Ok(source)) if source.trouble.is_none() => adding.set(false),
                    Some(Ok(source)) => trouble.set(source.trouble),
                    Some(Err(fault)) => trouble.set(Some(fault)),
                    None => {}
                }
            });
        },
    );
    let close =
        el("button", "button").attr("type", "button").on("click", move |_: Event| adding.set(false)).text(words.close);
    let known = move || {
        let sources = app().sources.get().unwrap_or_default();
        let lines = sources.into_iter().map(|source| {
            let id = source.id;
            let remove = el("button", "button small").attr("type", "button").text(words.source_remove).on(
                "click",
                move |_: Event| {
                    spawn_local(async move {
                        let Some(client) = client() else { return };
                        let left = client.remove_source(id).await;
                        app().sources.set(left);
                    });
                },
            );
            let what = [kind_name(source.kind), &source.version].join(" ");
            el("li", "source-line")
                .test_id("source")
                .attr("data-source", &source.name)
                .child(el("span", "").attr("title", &source.base).text(&source.name))
                .child(el("span", "quiet").text(&what))
                .children((!source.is_own).then_some(remove))
        });
        Some(el("ul", "source-list").children(lines))
    };
    el("fieldset", "add-source")
        .test_id("add-source")
        .child(el("legend", "").text(words.source_title))
        .child(optional(known))
        .child(url)
        .child(name)
        .child(headers)
        .child(keeps)
        .child(el("p", "quiet small-text").text(words.source_note))
        .child(el("div", "form-actions").child(add.attr_of("aria-busy", move || busy.get().to_string())).child(close))
        .child(optional(move || trouble.get().map(|trouble| trouble_card(&trouble, || ()))))
}

/// A trouble: what, where, what came back, and what to try.
#[inline(never)]
pub fn trouble_card(trouble: &Trouble, again: impl Fn() + 'static) -> View {
    let words = words();
    let (text, mend) = explain(trouble);
    let retry = el("button", "button small")
        .attr("type", "button")
        .test_id("search-again")
        .on("click", move |_: Event| again())
        .text(words.try_again);
    let mends = mend.map(|mend| {
        let line = |name: &str, line: &str| {
            el("li", "").child(el("span", "quiet").text(name)).child(el("code", "mono").text(line))
        };
        let backend = mend.backend.iter().map(|(kind, text)| line(&fill(words.mend_backend, &[kind.name()]), text));
        el("ul", "mends")
            .child(line(words.mend_proxy, &mend.proxy))
            .children(backend)
            .child(line(words.mend_policy, &mend.policy))
    });
    let came =
        [trouble.request.as_str(), trouble.content_type.as_str(), trouble.found.as_str(), trouble.detail.as_str()];
    let came = came.into_iter().filter(|text| !text.is_empty()).map(|text| el("p", "mono").text(text));
    let status = (trouble.status > 0).then(|| el("p", "mono").text(&format!("HTTP {}", trouble.status)));
    let details = el("details", "").child(el("summary", "").text(words.details)).children(status).children(came);
    el("div", "card card-error search-trouble")
        .test_id("error")
        .attr("role", "alert")
        .child(el("h3", "").text(&fill(words.source_failed, &[&trouble.source])))
        .child(el("p", "").text(&text))
        .children(mends)
        .child(retry)
        .child(details)
}

/// What went wrong, in words, and how to mend it.
pub fn explain(trouble: &Trouble) -> (String, Option<&Mend>) {
    let words = words();
    let text = match &trouble.kind {
        TroubleKind::OtherOrigin(mend) => return (words.trouble_origin.to_owned(), Some(mend)),
        TroubleKind::Policy(mend) => return (words.trouble_policy.to_owned(), Some(mend)),
        TroubleKind::Unreachable | TroubleKind::Gateway => words.trouble_unreachable.to_owned(),
        TroubleKind::TimedOut { seconds } => fill(words.trouble_timed_out, &[&number((*seconds).into())]),
        TroubleKind::Html { title } => fill(words.trouble_html, &[title]),
        TroubleKind::CutOff | TroubleKind::Broken => words.trouble_cut.to_owned(),
        TroubleKind::NoJson | TroubleKind::ContentType | TroubleKind::Shape => words.trouble_shape.to_owned(),
        TroubleKind::TooLong { limit } => fill(words.trouble_long, &[&number(*limit)]),
        TroubleKind::Redirect => words.trouble_redirect.to_owned(),
        TroubleKind::Unauthorized | TroubleKind::Forbidden => words.trouble_credentials.to_owned(),
        TroubleKind::NotFound => words.fault_not_found.to_owned(),
        TroubleKind::Backend { code, message } => fill(words.fault_backend, &[message, &code.to_string()]),
        TroubleKind::Status => fill(words.fault_http, &[&trouble.status.to_string()]),
        TroubleKind::OutOfMemory { bytes } => fill(words.fault_memory, &[&super::format::bytes(*bytes)]),
        TroubleKind::Cancelled => words.fault_cancelled.to_owned(),
        TroubleKind::NoQueryApi => words.trouble_no_api.to_owned(),
        TroubleKind::NotOffered => words.trouble_not_offered.to_owned(),
        TroubleKind::NoSource => words.trouble_no_source.to_owned(),
        TroubleKind::Address(_) => words.trouble_address.to_owned(),
    };
    (text, None)
}

/// Why there may be more than was found.
#[inline(never)]
pub fn partial_notes(remote: &Remote) -> View {
    let words = words();
    let notes = remote.found.partial.iter().map(|partial| match partial {
        Partial::LimitReached { limit } => fill(words.partial_limit, &[&number((*limit).into())]),
        Partial::BackendSays => words.partial_backend.to_owned(),
        Partial::Errors(text) => fill(words.partial_errors, &[text]),
        Partial::Searched { parts, of } => fill(words.partial_searched, &[&number(*parts), &number(*of)]),
    });
    let missing =
        (remote.found.missing > 0).then(|| fill(words.partial_missing, &[&number(remote.found.missing.into())]));
    let lines = notes.chain(missing).map(|text| el("li", "").text(&text));
    el("ul", "partial-notes quiet small-text").test_id("search-partial").children(lines)
}

/// What should stand where a query or a form cannot be understood.
#[inline(never)]
pub fn expected_text(expected: QueryExpected) -> String {
    use QueryExpected::*;
    let signs = match expected {
        Spansets => "{",
        AfterSpansets => "&& || >> > << < ~ |",
        Stage => "{ count() avg( min( max( sum( by( select( coalesce()",
        Comparison => "= != > >= < <=",
        Scalar => "1, 10ms, count(), avg( min( max( sum(",
        Field => "span.key, .key, name, duration, \"…\", 1",
        Shown => "span.key, .key, name, duration",
        AfterField => "= != > >= < <= =~ !~ && || }",
        Open => "(",
        Close => ")",
        Comma => ",",
        Key => "key",
        Scope => "span resource event link instrumentation",
        Sign => "= != > >= < <= =~ !~ && || >> > << < ~ |",
        Quote => "\"",
        Space => "␣",
        Escape => "\\\" \\\\ \\n \\r \\t",
        Number => "1",
        Text => "\"…\"",
        Regex => "\".*\"",
        Status => "error ok unset",
        Kind => "unspecified internal server client producer consumer",
        Duration => "1.2s 100ms 500us",
        Condition => "duration > 10ms",
        Value => "duration, .key, 10ms, \"…\"",
        Equality => "= !=",
        Flatter => return words().expected_flatter.to_owned(),
        Shorter => return words().expected_shorter.to_owned(),
    };
    fill(words().search_expected, &[signs])
}
