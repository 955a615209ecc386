//! What a try looked like from close by: how long each stage took, what was signed, and the same request as a command.
use crate::{
    outbound::Timings,
    web::shell::{Badge, Shell},
    webhooks::{
        curl::curl,
        model::{Attempt, Webhook},
        verification::{Scheme, Worth, header, worth},
    },
};
use std::time::Duration;

/// A stage in the bar: where it begins and how long it is, in thousandths of the whole.
pub(super) struct StageView {
    pub class: &'static str,
    pub label: String,
    pub duration: String,
    pub start: u32,
    pub width: u32,
}

/// The stages of a try.
pub(super) struct TimingsView {
    pub stages: Vec<StageView>,
    pub total: String,
    pub reused: bool,
    /// Such as `HTTP/2, TLS 1.3`.
    pub spoken: Option<String>,
}

impl TimingsView {
    pub fn of(page: &Shell, attempt: &Attempt) -> Option<TimingsView> {
        let timings = Timings::read(attempt.timings.as_deref()?)?;
        let answer = if attempt.response_status.is_some() { "timing-answer" } else { "timing-no-answer" };
        let parts = [("dns", "timing-dns", timings.dns), ("connect", "timing-connect", timings.connect), ("tls", "timing-tls", timings.tls)];
        let parts = parts.into_iter().chain([("answer", answer, timings.answer)]);
        let thousandths = |part: Duration| u32::try_from(part.as_micros() * 1000 / timings.total.as_micros().max(1)).unwrap_or(1000).min(1000);
        let (mut stages, mut start) = (Vec::new(), 0);
        for (class, label, lasted) in parts {
            let Some(lasted) = lasted else { continue };
            // a stage of microseconds is still to be seen
            let width = thousandths(lasted).max(4).min(1000_u32.saturating_sub(start));
            stages.push(StageView { class, label: page.t(label), duration: precise(page, lasted), start, width });
            start += width;
        }
        let spoken = timings.spoken.map(|spoken| spoken.to_string());
        let view = TimingsView { stages, total: precise(page, timings.total), reused: timings.is_reused(), spoken };
        (!view.stages.is_empty()).then_some(view)
    }
}

/// A time with a decimal where it is short: `0.8 ms`, `3.0 ms`, `412 ms`, `5.0 s`.
fn precise(page: &Shell, time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 100.0 { page.ta("duration-ms", &[("value", format!("{ms:.1}").into())]) } else { page.duration(&(ms as i64)) }
}

/// One signature of a try: what was signed, in its parts, and what it is worth now.
pub(super) struct SignatureView {
    pub id: String,
    pub header: &'static str,
    pub badge: Badge,
    pub text: String,
    /// The delivery's id, in the scheme that signs it.
    pub signed_id: Option<String>,
    pub timestamp: String,
    pub body: String,
}

/// Both signatures of a try.
pub(super) fn signatures(page: &Shell, webhook: &Webhook, attempt: &Attempt, body: &str) -> Vec<SignatureView> {
    let headers = &attempt.request_headers.0;
    let view = |scheme: Scheme| {
        let timestamp = header(headers, scheme.timestamp_header())?.to_owned();
        let worth = worth(scheme, &webhook.secret, webhook.old_secret.as_deref(), headers, body.as_bytes());
        let (tone, icon, key) = match worth {
            Worth::Right => ("good", "circle-check", "signature-right"),
            Worth::Older => ("warn", "history", "signature-older"),
            Worth::Unknown | Worth::Missing => ("off", "circle-dashed", "signature-unknown"),
        };
        let id = if scheme == Scheme::Standard { "signed-standard" } else { "signed-chatwoot" };
        Some(SignatureView {
            id: id.into(),
            header: scheme.header(),
            badge: Badge { tone, icon, label: page.t(key) },
            text: page.t(&format!("{key}-text")),
            signed_id: (scheme == Scheme::Standard).then(|| header(headers, scheme.id_header()).unwrap_or_default().to_owned()),
            timestamp,
            body: body.to_owned(),
        })
    };
    Scheme::ALL.into_iter().filter_map(view).collect()
}

/// The request as a command.
pub(super) fn command(attempt: &Attempt, body: &str) -> Option<String> {
    let was_formed = !attempt.url.is_empty() && !attempt.request_headers.0.is_empty();
    was_formed.then(|| curl(&attempt.url, &attempt.request_headers.0, body))
}
