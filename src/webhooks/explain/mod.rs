//! A failed try in words, with its cure, in the reader's language.
use super::{
    model::{Attempt, WebhookKind},
    queries::FailedTry,
};
use crate::{
    outbound::{CA_SETTING, ErrorClass, Kind, Reason, SETTING, Target},
    web::Language,
};
use actix_web::http::StatusCode;

/// What went wrong, and what helps.
pub(super) struct Explanation {
    pub sentence: String,
    pub cure: String,
}

/// The host of a URL, as people know it.
pub(super) fn host(url: &str) -> String {
    Target::parse(url).map(|target| target.host()).unwrap_or_else(|_| url.to_owned())
}

/// Whether a host is an address already, with no name in front of it.
pub(super) fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

/// Explains a try that failed; one that did not has nothing to explain.
pub(super) fn explain(language: Language, attempt: &Attempt) -> Option<Explanation> {
    let class = attempt.error_class?;
    let host = host(&attempt.url);
    let address = attempt.dialled.as_deref().unwrap_or(&host).to_owned();
    let place = if is_address(&host) { address.clone() } else { format!("{host} ({address})") };
    let reason = attempt.error_message.as_deref().and_then(Reason::read);
    let detail = reason.as_ref().map(|reason| reason.detail.clone()).unwrap_or_default();
    let seconds = format!("{:.1}", f64::from(attempt.duration_ms) / 1000.0);
    let status = attempt.response_status.map(status_line).unwrap_or_default();
    let wait = answer_header(attempt, "retry-after").filter(|wait| wait.parse::<u64>().is_ok()).unwrap_or_default();
    let location = location(attempt).unwrap_or_default();
    let limit = limit(&detail).unwrap_or_else(|| seconds.clone());
    let args = [
        ("host", host.as_str().into()),
        ("address", address.as_str().into()),
        ("place", place.as_str().into()),
        ("status", status.as_str().into()),
        ("seconds", seconds.as_str().into()),
        ("limit", limit.as_str().into()),
        ("detail", detail.as_str().into()),
        ("location", location.as_str().into()),
        ("wait", wait.into()),
        ("setting", SETTING.into()),
        ("ca_setting", CA_SETTING.into()),
    ];
    let (sentence, cure) = match class {
        ErrorClass::Status => ("failure-status".to_owned(), format!("failure-status{}-cure", status_cure(attempt.response_status, wait))),
        ErrorClass::Redirect if location.is_empty() => ("failure-redirect-nowhere".to_owned(), "failure-redirect-nowhere-cure".to_owned()),
        ErrorClass::BlockedAddress if is_address(&host) => ("failure-blocked_address-itself".to_owned(), "failure-blocked_address-cure".to_owned()),
        class => {
            let more = reason.as_ref().and_then(more).unwrap_or_default();
            let without_detail = matches!(more, "-expired" | "-early" | "-name") && detail.is_empty();
            let sentence = format!("failure-{}{more}", class.name());
            let cure = format!("{sentence}-cure");
            (if without_detail { format!("failure-{}", class.name()) } else { sentence }, cure)
        }
    };
    Some(Explanation { sentence: language.ta(&sentence, &args), cure: language.ta(&cure, &args) })
}

/// What the catalogue says of a reason more precisely than of its class.
fn more(reason: &Reason) -> Option<&'static str> {
    Some(match reason.kind {
        Kind::NoSuchName | Kind::Nobody | Kind::NoAnswer => return None,
        Kind::NamesSilent | Kind::NamesLate => "-silent",
        Kind::NoAddress => "-empty",
        Kind::NoRoute => "-route",
        Kind::NoConnection => "-connect",
        Kind::NoHandshake => "-handshake",
        Kind::Expired => "-expired",
        Kind::NotYetValid => "-early",
        Kind::WrongName => "-name",
        Kind::UnknownIssuer => "-issuer",
        Kind::SelfSigned => "-itself",
        Kind::NotTls => "-plain",
        Kind::NothingInCommon => "-version",
        Kind::HandshakeRefused => "-refused",
        Kind::BrokenOff => "-broken",
        Kind::NotHttp => "-not-http",
    })
}

/// What usually helps against a status.
fn status_cure(status: Option<i16>, wait: &str) -> &'static str {
    match status.unwrap_or_default() {
        400 | 415 | 422 => "-unread",
        401 | 407 => "-login",
        403 => "-forbidden",
        404 => "-missing",
        405 | 501 => "-method",
        408 => "-slow",
        410 => "-gone",
        411 | 413 | 431 => "-large",
        429 if wait.is_empty() => "-busy",
        429 => "-wait",
        502 | 504 => "-gateway",
        503 => "-down",
        500..=599 => "-server",
        _ => "",
    }
}

/// A status with its name: `404 Not Found`.
fn status_line(status: i16) -> String {
    let known = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()).and_then(|status| status.canonical_reason());
    known.map_or_else(|| status.to_string(), |name| format!("{status} {name}"))
}

fn answer_header<'a>(attempt: &'a Attempt, name: &str) -> Option<&'a str> {
    let headers = &attempt.response_headers.as_ref()?.0;
    headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Where a redirect leads, in full and without a password; none where it cannot be called.
fn location(attempt: &Attempt) -> Option<String> {
    let said = answer_header(attempt, "location").filter(|said| !said.is_empty())?;
    let base = url::Url::parse(&attempt.url.replace("://***@", "://")).ok()?;
    let target = Target::parse(base.join(said).ok()?.as_str()).ok()?;
    Some(target.masked())
}

/// A limit of time as people write it: `5s` is `5`, `2s 500ms` is `2.5`.
fn limit(detail: &str) -> Option<String> {
    let limit = humantime::parse_duration(detail).or_else(|_| detail.trim_end_matches('s').parse().map(std::time::Duration::from_secs_f64));
    limit.ok().map(|limit| limit.as_secs_f64().to_string())
}

impl FailedTry {
    /// Why it failed, in a sentence.
    pub fn sentence(&self, language: Language) -> String {
        explain(language, &self.attempt).map(|explained| explained.sentence).unwrap_or_default()
    }

    /// What people know its webhook by, without a password.
    pub fn title(&self) -> String {
        if self.webhook.name.as_deref().is_none_or(str::is_empty) { host(&self.webhook.url) } else { self.webhook.title() }
    }

    /// Its place below the settings of its account. The callbacks of inboxes have no pages.
    pub fn page(&self) -> Option<String> {
        let (webhook, delivery, number) = (self.webhook.id, self.delivery, self.attempt.number);
        let has_page = self.webhook.kind == WebhookKind::Account;
        has_page.then(|| format!("integrations/webhooks/{webhook}/deliveries/{delivery}?attempt={number}"))
    }
}

/// The outcome of a try in a word: the status of the answer, or why there was none.
pub(super) fn outcome(language: Language, status: Option<i16>, class: Option<ErrorClass>) -> String {
    match (status, class) {
        (Some(status), _) => status.to_string(),
        (None, Some(class)) => language.t(&format!("outcome-{}", class.name())),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests;
