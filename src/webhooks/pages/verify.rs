//! How a receiver checks what comes; and a form that says why a check fails. What is pasted there is neither kept nor logged.
use super::{
    At,
    deliveries::{WebhookHead, head},
    list_url,
    snippets::{self, Snippet},
    verdict::{Verdict, verdict},
};
use crate::{
    auth::AdministratorPage,
    db::{Db, DbConn},
    error::{Error, Result},
    web::{Form, Input, fields::Text, forms::FormErrors, html, refused, shell::Shell},
    webhooks::{
        format,
        model::Webhook,
        queries::{self, Tally},
        verification::{self, Case, Sent},
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
    view.verdict = Some(verdict(&view.page, &found, "verify-here"));
    view.pasted = pasted;
    html(&view)
}
