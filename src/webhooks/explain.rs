//! A failed try in words, with its cure, in the reader's language.
use super::{
    model::{Attempt, WebhookKind},
    queries::FailedTry,
};
use crate::{
    outbound::{ErrorClass, SETTING, Target},
    web::Language,
};

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
    let is_address = is_address(&host);
    let place = if is_address { address.clone() } else { format!("{host} ({address})") };
    let status = attempt.response_status.map(|status| status.to_string()).unwrap_or_default();
    let seconds = format!("{:.1}", f64::from(attempt.duration_ms) / 1000.0);
    let args = [
        ("host", host.as_str().into()),
        ("address", address.as_str().into()),
        ("place", place.as_str().into()),
        ("status", status.as_str().into()),
        ("seconds", seconds.as_str().into()),
        ("setting", SETTING.into()),
    ];
    let name = known(class);
    let cure = match (class, attempt.response_status) {
        (ErrorClass::Status, Some(401 | 403 | 407)) => "failure-status-auth-cure".to_owned(),
        (ErrorClass::Status, Some(404 | 405)) => "failure-status-missing-cure".to_owned(),
        (ErrorClass::Status, Some(410)) => "failure-status-gone-cure".to_owned(),
        (ErrorClass::Status, Some(429)) => "failure-status-busy-cure".to_owned(),
        (ErrorClass::Status, Some(500..)) => "failure-status-server-cure".to_owned(),
        _ => format!("failure-{name}-cure"),
    };
    let sentence = match class {
        ErrorClass::BlockedAddress if is_address => "failure-blocked_address-itself".to_owned(),
        _ => format!("failure-{name}"),
    };
    Some(Explanation { sentence: language.ta(&sentence, &args), cure: language.ta(&cure, &args) })
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
        (None, Some(class)) => language.t(&format!("outcome-{}", known(class))),
        (None, None) => String::new(),
    }
}

/// The classes that the catalogue has sentences for; the others are told as «other».
fn known(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::InvalidUrl => ErrorClass::Other.name(),
        class => class.name(),
    }
}
