//! Settings → Integrations: the cards, and the service that translates.
use super::{
    commands::{self, HookChanges, NewHook},
    model::{API_KEY, App, ENDPOINT_URL, Hook, HookStatus},
    queries,
};
use crate::{
    auth::AdministratorPage,
    dashboard_apps,
    db::{Db, DbConn, Tx},
    error::{Error, Result},
    outbound::{self, Policy},
    web::{
        Form, Input, NoFields,
        fields::{Flag, Object, Patch, Text},
        forms::FormErrors,
        html, refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
    },
    webhooks::{self, Standing},
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/integrations").route(get().to(index)))
        .service(resource("/integrations/translation").route(get().to(translation)).route(post().to(save_translation)))
        .service(resource("/integrations/translation/delete").route(get().to(confirm_end)).route(post().to(end)));
}

fn url_of(page: &Shell, what: &str) -> String {
    page.settings(what)
}

/// Whether something is set up, in a word.
fn badge(page: &Shell, enabled: bool) -> Badge {
    let (tone, icon, key) = if enabled { ("good", "circle-check", "enabled") } else { ("off", "power", "disabled") };
    Badge { tone, icon, label: page.t(key) }
}

#[derive(Template)]
#[template(path = "integrations/index.html")]
struct IntegrationsPage {
    page: Shell,
    webhooks_badge: Badge,
    endpoints: i64,
    failing: i64,
    webhooks_url: String,
    apps_badge: Badge,
    apps: i64,
    apps_url: String,
    translation_badge: Badge,
    translation_url: String,
}

async fn index(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let work = move |conn: &mut DbConn| {
        let translation = queries::of_app(conn, account, App::LibreTranslate)?;
        Ok((webhooks::standing(conn, account)?, dashboard_apps::count(conn, account)?, translation))
    };
    let (Standing { endpoints, failing }, apps, translation) = db.read(work).await?;
    html(&IntegrationsPage {
        webhooks_badge: badge(&page, endpoints > 0),
        endpoints,
        failing,
        webhooks_url: url_of(&page, "integrations/webhooks"),
        apps_badge: badge(&page, apps > 0),
        apps,
        apps_url: url_of(&page, "integrations/dashboard_apps"),
        translation_badge: badge(&page, translation.is_some_and(|hook| hook.status == HookStatus::Enabled)),
        translation_url: url_of(&page, "integrations/translation"),
        page,
    })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    endpoint_url: Text,
    /// Blank: the one that is known stays.
    api_key: Text,
    enabled: Flag,
}

impl Input for Fields {}

impl Fields {
    fn of(hook: Option<&Hook>) -> Fields {
        Fields {
            endpoint_url: Text(hook.and_then(|hook| hook.setting(ENDPOINT_URL)).unwrap_or_default().to_owned()),
            api_key: Text::default(),
            enabled: Flag(hook.is_none_or(|hook| hook.status == HookStatus::Enabled)),
        }
    }

    fn settings(&self) -> Object {
        let mut settings = Map::from_iter([(ENDPOINT_URL.to_owned(), Value::from(self.endpoint_url.0.trim()))]);
        if !self.api_key.0.trim().is_empty() {
            settings.insert(API_KEY.to_owned(), self.api_key.0.trim().into());
        }
        Object(settings)
    }

    fn status(&self) -> HookStatus {
        if self.enabled.0 { HookStatus::Enabled } else { HookStatus::Disabled }
    }

    /// What can be said about the address without the database.
    async fn checked(&self, page: &Shell, policy: &Policy) -> FormErrors {
        let mut errors = FormErrors::new(page.lang);
        match self.endpoint_url.0.trim() {
            "" => errors.add(ENDPOINT_URL, "error-blank"),
            url => {
                if let Err(refusal) = outbound::check(url, policy).await {
                    errors.refuse_url(ENDPOINT_URL, &refusal);
                }
            }
        }
        errors
    }
}

#[derive(Template)]
#[template(path = "integrations/translation.html")]
struct TranslationPage {
    page: Shell,
    integrations_url: String,
    action: String,
    /// None where nothing is set up.
    delete_url: Option<String>,
    key_hint: String,
    fields: Fields,
    errors: FormErrors,
}

fn translation_page(page: Shell, present: Option<&Hook>, fields: Fields, errors: FormErrors) -> TranslationPage {
    let action = url_of(&page, "integrations/translation");
    let has_key = present.is_some_and(|hook| hook.setting(API_KEY).is_some());
    TranslationPage {
        integrations_url: url_of(&page, "integrations"),
        delete_url: present.map(|_| format!("{action}/delete")),
        key_hint: page.t(if has_key { "translation-key-kept" } else { "translation-key-hint" }),
        action,
        fields,
        errors,
        page,
    }
}

async fn translation(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let present = db.read(move |conn| queries::of_app(conn, administrator.account_id(), App::LibreTranslate)).await?;
    let (fields, errors) = (Fields::of(present.as_ref()), FormErrors::new(page.lang));
    html(&translation_page(page, present.as_ref(), fields, errors))
}

async fn save_translation(
    db: Data<Db>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (account, mut errors) = (administrator.account_id(), fields.checked(&page, &policy).await);
    if errors.is_empty() {
        let (settings, status) = (fields.settings(), Patch::Set(fields.status()));
        let work = move |tx: &mut Tx| match queries::of_app(tx.conn, account, App::LibreTranslate)? {
            Some(hook) => commands::update(tx, &administrator, hook.id, HookChanges { status, settings: Patch::Set(settings) }),
            None => commands::create(tx, &administrator, NewHook { app_id: Text(App::LibreTranslate.name().into()), status, settings }),
        };
        match db.write(work).await {
            Ok(_) => return Ok(see_other(&url_of(&page, "integrations"), Some(Flash::notice("flash-translation-saved")))),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    let present = db.read(move |conn| queries::of_app(conn, account, App::LibreTranslate)).await?;
    refused(&translation_page(page, present.as_ref(), fields, errors))
}

async fn confirm_end(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let present = db.read(move |conn| queries::of_app(conn, administrator.account_id(), App::LibreTranslate)).await?;
    present.ok_or(Error::NotFound)?;
    let url = url_of(&page, "integrations/translation");
    html(&ConfirmDeletion {
        question: page.t("translation-delete-question"),
        text: page.t("translation-delete-text"),
        back: page.t("translation-title"),
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn end(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, _: Form<NoFields>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let hook = queries::of_app(tx.conn, administrator.account_id(), App::LibreTranslate)?.ok_or(Error::NotFound)?;
        commands::delete(tx, &administrator, hook.id)
    };
    db.write(work).await?;
    Ok(see_other(&url_of(&page, "integrations"), Some(Flash::notice("flash-translation-deleted"))))
}
