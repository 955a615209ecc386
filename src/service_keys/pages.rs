//! Settings → Service keys.
use super::{
    commands::{self, KeyInput},
    queries,
};
use crate::{
    auth::{AdministratorPage, Scope, ServiceKey},
    config::Config,
    db::{Db, types::ServiceKeyId},
    error::{Error, Result},
    web::{
        Form, Input, NoFields,
        fields::Text,
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// For how many days a key may be made; without end as well.
const LIVES: [i64; 4] = [30, 90, 365, 730];

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/service_keys").route(get().to(list)).route(post().to(create)))
        .service(resource("/service_keys/new").route(get().to(new)))
        .service(resource("/service_keys/{id}/delete").route(get().to(confirm_revoke)).route(post().to(revoke)));
}

/// A path of an account and a key.
type At = Path<(String, ServiceKeyId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("service_keys")).unwrap_or_default()
}

struct KeyRow {
    revoke_url: String,
    name: String,
    scope: String,
    hint: String,
    over: bool,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

#[derive(Template)]
#[template(path = "service_keys/list.html")]
struct KeysPage {
    page: Shell,
    keys: Vec<KeyRow>,
    new_url: String,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let keys = db.read(move |conn| queries::list(conn, administrator.account_id())).await?;
    let list_url = list_url(&page);
    let row = |key: ServiceKey| KeyRow {
        revoke_url: format!("{list_url}/{}/delete", key.id),
        scope: page.t(&format!("key-scope-{}", key.scope.name())),
        over: key.is_over(),
        expires_at: key.expires_at.map(|end| end.and_utc().timestamp()),
        last_used_at: key.last_used_at.map(|used| used.and_utc().timestamp()),
        name: key.name,
        hint: key.hint,
    };
    html(&KeysPage { keys: keys.into_iter().map(row).collect(), new_url: format!("{list_url}/new"), page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    scope: Text,
    /// In days; empty: without end.
    life: Text,
}

impl Input for Fields {}

/// One scope to choose.
struct ScopeChoice {
    value: &'static str,
    label: String,
    text: String,
    selected: bool,
}

#[derive(Template)]
#[template(path = "service_keys/new.html")]
struct KeyNewPage {
    page: Shell,
    list_url: String,
    name: String,
    scopes: Vec<ScopeChoice>,
    lives: Vec<Choice>,
    errors: FormErrors,
}

fn form_page(page: Shell, fields: Fields, errors: FormErrors) -> KeyNewPage {
    let scope = |scope: &Scope| ScopeChoice {
        value: scope.name(),
        label: page.t(&format!("key-scope-{}", scope.name())),
        text: page.t(&format!("key-scope-{}-text", scope.name())),
        selected: scope.name() == fields.scope.0,
    };
    let life = |days: &i64| Choice::new(days.to_string(), page.ta("key-life", &[("count", (*days).into())]), &fields.life.0);
    let endless = Choice::new("", page.t("key-life-endless"), &fields.life.0);
    KeyNewPage {
        list_url: list_url(&page),
        scopes: Scope::ALL.iter().map(scope).collect(),
        lives: LIVES.iter().map(life).chain([endless]).collect(),
        name: fields.name.0,
        errors,
        page,
    }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    let fields = Fields { scope: Text(Scope::Read.name().into()), life: Text("365".into()), ..Fields::default() };
    html(&form_page(page, fields, errors))
}

#[derive(Template)]
#[template(path = "service_keys/created.html")]
struct KeyCreatedPage {
    page: Shell,
    list_url: String,
    name: String,
    token: String,
    curl: String,
}

async fn create(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let days = fields.life.0.parse().ok().filter(|days| LIVES.contains(days));
    let expires_at = days.map(|days: i64| Text((page.now + days * 86_400).to_string()));
    let input = KeyInput { name: fields.name.clone(), scope: Scope::from_name(&fields.scope.0), expires_at };
    let account = administrator.account_id();
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok((key, token)) => {
            let base = config.public_url.as_str().trim_end_matches('/');
            let curl = format!("curl {base}/api/v1/accounts/{account}/conversations \\\n  -H 'api_access_token: {token}'");
            html(&KeyCreatedPage { list_url: list_url(&page), name: key.name, token, curl, page })
        }
        Err(error) => {
            let mut errors = FormErrors::new(page.lang);
            match error {
                Error::Refused(_) => errors.add("", "error-too-many-keys"),
                error => errors = errors.refuse(error)?,
            }
            refused(&form_page(page, fields, errors))
        }
    }
}

async fn confirm_revoke(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let key = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let list_url = list_url(&page);
    html(&ConfirmDeletion {
        question: page.ta("key-revoke-question", &[("name", key.name.as_str().into())]),
        text: page.t("key-revoke-text"),
        back: page.t("keys-title"),
        action: format!("{list_url}/{id}/delete"),
        cancel_url: list_url,
        page,
    })
}

async fn revoke(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::revoke(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-key-revoked"))))
}
