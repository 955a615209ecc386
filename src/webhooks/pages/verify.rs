//! How a receiver checks what comes; and a form that says why a check fails. What is pasted there is neither kept nor logged.
use super::{
    At,
    deliveries::{WebhookHead, head},
    list_url,
    snippets::{self, Snippet},
};
use crate::{
    auth::AdministratorPage,
    db::{Db, DbConn},
    error::{Error, Result},
    web::{
        Form, Input,
        fields::Text,
        forms::FormErrors,
        html, refused,
        shell::{Badge, Shell},
    },
    webhooks::{
        format,
        model::Webhook,
        queries::{self, Tally},
        verification::{self, Case, Finding, Mistake, Sent},
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;

/// The longest headers and the longest body that are checked, in bytes.
const LONGEST_HEADERS: usize = 32 * 1024;
const LONGEST_BODY: usize = 512 * 1024;

/// The fields, as pasted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pasted {
    headers: Text,
    body: Text,
    computed: Text,
}

impl Input for Pasted {}

/// One thing that was looked at, in words.
struct Said {
    badge: Badge,
    text: String,
    /// What was sent and what is here, where they part.
    difference: Option<[Excerpt; 2]>,
}

/// A piece of a body, its first different character apart.
struct Excerpt {
    label: String,
    before: String,
    mark: String,
    after: String,
}

fn excerpt(page: &Shell, label: &str, text: &str, at: usize) -> Excerpt {
    let mut characters = text.chars();
    let before = characters.by_ref().take(at).collect();
    // where one of them ends, there is nothing to mark
    let mark = characters.next().map_or_else(|| "∅".to_owned(), String::from);
    Excerpt { label: page.t(label), before, mark, after: characters.collect() }
}

struct Verdict {
    tone: &'static str,
    icon: &'static str,
    sentence: String,
    said: Vec<Said>,
}

#[derive(Template)]
#[template(path = "webhooks/verify.html")]
struct VerifyPage {
    page: Shell,
    list_url: String,
    webhook: WebhookHead,
    snippets: Vec<Snippet>,
    errors: FormErrors,
    pasted: Pasted,
    verdict: Option<Verdict>,
    decoded_key: bool,
}

fn verify_page(page: Shell, webhook: &Webhook, tally: &Tally) -> VerifyPage {
    VerifyPage {
        list_url: list_url(&page),
        webhook: head(&page, webhook, tally),
        snippets: snippets::all(),
        errors: FormErrors::new(page.lang),
        pasted: Pasted::default(),
        verdict: None,
        decoded_key: webhook.secret.starts_with("whsec_"),
        page,
    }
}

pub(super) async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find_shown(conn, administrator.account_id(), id)?;
        Ok((webhook, queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default()))
    };
    let (webhook, tally) = db.read(work).await?;
    html(&verify_page(page, &webhook, &tally))
}

pub(super) async fn check(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(pasted): Form<Pasted>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let headers = verification::read_headers(&pasted.headers.0);
    let named = verification::named(&headers).map(str::to_owned);
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find_shown(conn, administrator.account_id(), id)?;
        let tally = queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default();
        let sent = named.map(|named| queries::payload_of(conn, id, &named)).transpose()?.flatten();
        Ok((webhook, tally, sent))
    };
    let (webhook, tally, payload) = db.read(work).await?;
    let mut view = verify_page(page, &webhook, &tally);
    for (field, text, longest) in [("headers", &pasted.headers.0, LONGEST_HEADERS), ("body", &pasted.body.0, LONGEST_BODY)] {
        if text.len() > longest {
            view.errors.add(field, "verify-too-long");
        }
    }
    if pasted.headers.0.trim().is_empty() && pasted.computed.0.trim().is_empty() {
        view.errors.add("headers", "error-blank");
    }
    if !view.errors.is_empty() {
        view.pasted = pasted;
        return refused(&view);
    }
    let sent = payload.map(|payload| Sent { body: format::render(webhook.payload_format, &payload).into_owned() });
    let case = Case {
        headers,
        body: pasted.body.0.clone(),
        computed: pasted.computed.0.clone(),
        secret: webhook.secret,
        old_secret: webhook.old_secret,
        now: view.page.now,
        sent,
    };
    let found = actix_web::web::block(move || verification::check(&case)).await.map_err(Error::internal)?;
    view.verdict = Some(verdict(&view.page, &found));
    view.pasted = pasted;
    html(&view)
}

const GOOD: (&str, &str) = ("good", "circle-check");
const NOTE: (&str, &str) = ("warn", "triangle-alert");
const BAD: (&str, &str) = ("bad", "circle-x");
const OPEN: (&str, &str) = ("off", "info");

fn verdict(page: &Shell, found: &[Finding]) -> Verdict {
    let said: Vec<Said> = found.iter().map(|finding| said(page, finding)).collect();
    let bad = said.iter().filter(|one| one.badge.tone == "bad").count();
    let warned = said.iter().any(|one| one.badge.tone == "warn");
    let ((tone, icon), sentence) = match bad {
        0 if warned => (NOTE, page.t("verify-nearly")),
        0 => (GOOD, page.t("verify-good")),
        bad => (BAD, page.ta("verify-bad", &[("count", bad.into())])),
    };
    Verdict { tone, icon, sentence, said }
}

fn said(page: &Shell, finding: &Finding) -> Said {
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
            difference = Some([excerpt(page, "verify-sent", sent, common), excerpt(page, "verify-here", here, common)]);
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
