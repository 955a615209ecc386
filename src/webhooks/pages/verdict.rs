//! What a check of signatures has found, in words.
use crate::{
    error::{Error, Result},
    web::shell::{Badge, Shell},
    webhooks::{
        origin::Origin,
        verification::{self, Finding, Mistake},
    },
};

/// Checks a request that has arrived at a test receiver, as of the moment of its arrival.
///
/// # Errors
/// When the server ends meanwhile.
pub async fn examine(page: &Shell, origin: Origin) -> Result<Verdict> {
    let found = actix_web::web::block(move || verification::check(&origin.case)).await.map_err(Error::internal)?;
    Ok(verdict(page, &found, "receiver-arrived"))
}

/// One thing that was looked at, in words.
pub struct Said {
    /// Good or not, and which part.
    pub badge: Badge,
    /// What was found.
    pub text: String,
    /// What was sent and what is here, where they part.
    pub difference: Option<[Excerpt; 2]>,
}

/// A piece of a body, its first different character apart.
pub struct Excerpt {
    /// Of which body.
    pub label: String,
    /// What both have.
    pub before: String,
    /// Where they part.
    pub mark: String,
    /// What follows.
    pub after: String,
}

fn excerpt(page: &Shell, label: &str, text: &str, at: usize) -> Excerpt {
    let mut characters = text.chars();
    let before = characters.by_ref().take(at).collect();
    // where one of them ends, there is nothing to mark
    let mark = characters.next().map_or_else(|| "∅".to_owned(), String::from);
    Excerpt { label: page.t(label), before, mark, after: characters.collect() }
}

/// What disagrees, or that nothing does; `webhooks/verdict.html` draws it.
pub struct Verdict {
    /// `good`, `warn` or `bad`.
    pub tone: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The whole in a sentence.
    pub sentence: String,
    /// Each thing that was looked at.
    pub said: Vec<Said>,
}

const GOOD: (&str, &str) = ("good", "circle-check");
const NOTE: (&str, &str) = ("warn", "triangle-alert");
const BAD: (&str, &str) = ("bad", "circle-x");
const OPEN: (&str, &str) = ("off", "info");

/// Says what was found; `here` is what the body that was looked at is called.
pub(super) fn verdict(page: &Shell, found: &[Finding], here: &str) -> Verdict {
    let said: Vec<Said> = found.iter().map(|finding| said(page, finding, here)).collect();
    let bad = said.iter().filter(|one| one.badge.tone == "bad").count();
    let warned = said.iter().any(|one| one.badge.tone == "warn");
    let ((tone, icon), sentence) = match bad {
        0 if warned => (NOTE, page.t("verify-nearly")),
        0 => (GOOD, page.t("verify-good")),
        bad => (BAD, page.ta("verify-bad", &[("count", bad.into())])),
    };
    Verdict { tone, icon, sentence, said }
}

fn said(page: &Shell, finding: &Finding, label: &str) -> Said {
    let time = |seconds: i64| {
        if seconds < 120 {
            page.ta("verify-seconds", &[("count", seconds.into())])
        } else {
            page.ta("verify-minutes", &[("count", (seconds / 60).into())])
        }
    };
    let mut difference = None;
    let ((tone, icon), word, text) = match finding {
        Finding::NoHeaders => (BAD, "headers", page.t("finding-no-headers")),
        Finding::Missing(name) => (BAD, "headers", page.ta("finding-missing", &[("name", (*name).into())])),
        Finding::NoNumber(name) => (BAD, "time", page.ta("finding-no-number", &[("name", (*name).into())])),
        Finding::Fresh => (GOOD, "time", page.t("finding-fresh")),
        Finding::TooOld(seconds) => (NOTE, "time", page.ta("finding-too-old", &[("age", time(*seconds).into())])),
        Finding::InTheFuture(seconds) => (BAD, "time", page.ta("finding-future", &[("age", time(*seconds).into())])),
        Finding::IdsDiffer => (BAD, "id", page.t("finding-ids-differ")),
        Finding::DeliveryKnown => (GOOD, "id", page.t("finding-known")),
        Finding::DeliveryUnknown => (OPEN, "id", page.t("finding-unknown")),
        Finding::BodySame => (GOOD, "body", page.t("finding-same")),
        Finding::BodyLineBreaks => (NOTE, "body", page.t("finding-line-breaks")),
        Finding::BodyRewritten => (BAD, "body", page.t("finding-rewritten")),
        Finding::BodyDiffers(at, sent, here) => {
            let common = verification::BEFORE.min(*at);
            difference = Some([excerpt(page, "verify-sent", sent, common), excerpt(page, label, here, common)]);
            (BAD, "body", page.ta("finding-differs", &[("at", (*at + 1).into())]))
        }
        Finding::Right(scheme) => (GOOD, "signature", page.ta("finding-right", &[("name", scheme.header().into())])),
        Finding::Older(scheme) => (NOTE, "signature", page.ta("finding-older", &[("name", scheme.header().into())])),
        Finding::RightForSent(scheme) => (NOTE, "signature", page.ta("finding-right-for-sent", &[("name", scheme.header().into())])),
        Finding::Mistaken(scheme, mistake) => {
            let mistake = page.t(mistake_key(*mistake));
            (BAD, "signature", page.ta("finding-mistaken", &[("name", scheme.header().into()), ("mistake", mistake.into())]))
        }
        Finding::Wrong(scheme) => (BAD, "signature", page.ta("finding-wrong", &[("name", scheme.header().into())])),
        Finding::ComputedRight(scheme) => (GOOD, "computed", page.ta("finding-computed-right", &[("name", scheme.header().into())])),
        Finding::ComputedMistaken(mistake) => (BAD, "computed", page.t(mistake_key(*mistake))),
        Finding::ComputedWrong => (BAD, "computed", page.t("finding-computed-wrong")),
    };
    Said { badge: Badge { tone, icon, label: page.t(&format!("part-{word}")) }, text, difference }
}

fn mistake_key(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::KeyAsText => "mistake-key-as-text",
        Mistake::KeyDecoded => "mistake-key-decoded",
        Mistake::KeyCut => "mistake-key-cut",
        Mistake::BodyOnly => "mistake-body-only",
        Mistake::NoDots => "mistake-no-dots",
        Mistake::OtherText => "mistake-other-text",
        Mistake::Form => "mistake-form",
        Mistake::OldSecret => "mistake-old-secret",
        Mistake::LineBreaks => "mistake-line-breaks",
    }
}
