//! The settings of an account: what everybody in it may see, and its administrators may change.
mod audit;
mod frames;
pub mod pages;

pub use frames::drawer;

use crate::{
    accounts::{self, Account, AccountJson, CacheKeys, PayloadFormat},
    audit::Change,
    auth::{Administrator, Agent},
    checks::within,
    db::{Db, Tx},
    error::{Error, Result},
    users::{self, email_address},
    web::{
        self, Input, Params,
        fields::{Flag, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The shortest and the longest time after which conversations may resolve themselves, in minutes.
const AUTO_RESOLVE: std::ops::RangeInclusive<i64> = 10..=1_439_856;

// -- commands --

/// What administrators may change of an account; what is absent stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AccountChanges {
    /// What it is called.
    pub name: Option<Text>,
    /// The language of generated texts, as a code.
    pub locale: Option<Text>,
    /// Its domain for mail.
    pub domain: Patch<Text>,
    /// Where its customers write to.
    pub support_email: Patch<Text>,
    /// What a new webhook gets unless it says otherwise.
    pub webhook_payload_format: Option<PayloadFormat>,
    /// Minutes without a message after which a conversation resolves itself.
    pub auto_resolve_after: Patch<Text>,
    /// What is then said.
    pub auto_resolve_message: Patch<Text>,
    /// Whether conversations that wait for an answer are left open.
    pub auto_resolve_ignore_waiting: Option<Flag>,
    /// The label that they then get.
    pub auto_resolve_label: Patch<Text>,
    /// Whether recordings are written out.
    pub audio_transcriptions: Option<Flag>,
    /// Whether conversations wait on for a bot that has failed; otherwise they open for people.
    pub keep_pending_on_bot_failure: Option<Flag>,
    /// Whether clients are told how many conversations are unread (`conversations/unread_counts`).
    pub conversation_unread_counts: Option<Flag>,
    /// Noted, like all that follow, without a meaning of its own.
    pub industry: Patch<Text>,
    /// How many they are.
    pub company_size: Patch<Text>,
    /// Their time zone.
    pub timezone: Patch<Text>,
    /// Where they have heard of this.
    pub referral_source: Patch<Text>,
    /// What the person is who set this up.
    pub user_role: Patch<Text>,
    /// Their site.
    pub website: Patch<Text>,
}

impl Input for AccountChanges {
    const ROOT: &'static str = "account";
}

/// Changes the administrator's account.
///
/// # Errors
/// [`Error::Invalid`] about the field that breaks a rule.
pub fn change(tx: &mut Tx, by: &Administrator, changes: AccountChanges) -> Result<Account> {
    let before = accounts::find_to_change(tx, by.account_id())?;
    let mut account = before.clone();
    let AccountChanges {
        name,
        locale,
        domain,
        support_email,
        webhook_payload_format,
        auto_resolve_after,
        auto_resolve_message,
        auto_resolve_ignore_waiting,
        auto_resolve_label,
        audio_transcriptions,
        keep_pending_on_bot_failure,
        conversation_unread_counts,
        industry,
        company_size,
        timezone,
        referral_source,
        user_role,
        website,
    } = changes;
    account.name = name.map_or(account.name, |name| name.0);
    account.locale = locale.map_or(account.locale, |locale| locale.0);
    account.domain = domain.map(|domain| domain.0).or(account.domain);
    account.support_email = match support_email {
        Patch::Set(Text(email)) => Some(email_address(&email).map_err(|_| Error::invalid("support_email", "Support email is invalid"))?),
        unset => unset.map(|email| email.0).or(account.support_email),
    };
    account.webhook_payload_format = webhook_payload_format.unwrap_or(account.webhook_payload_format);
    let settings = &mut account.settings.0;
    lay(settings, "auto_resolve_after", minutes(auto_resolve_after)?.map(Value::from));
    lay(settings, "auto_resolve_message", bounded("auto_resolve_message", 20_000, auto_resolve_message)?);
    lay(settings, "auto_resolve_label", bounded("auto_resolve_label", 255, auto_resolve_label)?);
    lay(settings, "auto_resolve_ignore_waiting", flag(auto_resolve_ignore_waiting));
    lay(settings, "audio_transcriptions", flag(audio_transcriptions));
    lay(settings, "keep_pending_on_bot_failure", flag(keep_pending_on_bot_failure));
    lay(settings, accounts::UNREAD_COUNTS, flag(conversation_unread_counts));
    let notes = &mut account.custom_attributes.0;
    for (name, note) in [
        ("industry", industry),
        ("company_size", company_size),
        ("timezone", timezone),
        ("referral_source", referral_source),
        ("user_role", user_role),
        ("website", website),
    ] {
        lay(notes, name, bounded(name, 255, note)?);
    }
    let account = accounts::update(tx, &account)?;
    by.record(tx, Change::Updated(&before, &account))?;
    Ok(account)
}

fn lay(map: &mut Map<String, Value>, name: &str, value: Patch<Value>) {
    match value {
        Patch::Absent => {}
        Patch::Null => drop(map.insert(name.into(), Value::Null)),
        Patch::Set(value) => drop(map.insert(name.into(), value)),
    }
}

fn minutes(given: Patch<Text>) -> Result<Patch<i64>> {
    let Patch::Set(Text(text)) = given else {
        return Ok(given.map(|_| 0));
    };
    let minutes = text.trim().parse().ok().filter(|minutes| AUTO_RESOLVE.contains(minutes));
    let wrong = || Error::invalid("auto_resolve_after", "Auto resolve after must be from 10 to 1439856 minutes");
    minutes.map(Patch::Set).ok_or_else(wrong)
}

fn bounded(name: &'static str, most: usize, given: Patch<Text>) -> Result<Patch<Value>> {
    if let Patch::Set(Text(text)) = &given {
        within(name, text, most)?;
    }
    Ok(given.map(|text| Value::String(text.0)))
}

fn flag(given: Option<Flag>) -> Patch<Value> {
    given.map_or(Patch::Absent, |flag| Patch::Set(Value::Bool(flag.0)))
}

// -- api --

/// The routes of the account itself.
pub fn routes(to: &mut Routes) {
    to.at("", |at| at.get("The account", show).answers::<Shown>().patch("Changes the account", update).answers::<AccountJson>());
    to.at("/update_active_at", |at| at.post("Notes that somebody is at work in the account", update_active_at));
    audit::routes(to);
    to.at("/cache_keys", |at| at.get("When the lists that clients keep have changed last", cache_keys).answers::<Keys>());
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Shown {
    #[serde(flatten)]
    account: AccountJson,
    /// Always null.
    latest_chatwoot_version: (),
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Keys {
    cache_keys: CacheKeys,
}

async fn show(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let account = db.read(move |conn| accounts::payload(conn, &agent.account)).await?;
    Ok(HttpResponse::Ok().json(Shown { account, latest_chatwoot_version: () }))
}

async fn update(db: Data<Db>, by: Administrator, Params(changes): Params<AccountChanges>) -> Result<HttpResponse> {
    let drawn = db.write(move |tx| change(tx, &by, changes).and_then(|account| accounts::payload(tx.conn, &account))).await?;
    Ok(HttpResponse::Ok().json(drawn))
}

async fn update_active_at(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    db.write(move |tx| users::touch_membership(tx, agent.account_id(), agent.user_id())).await?;
    Ok(web::empty())
}

async fn cache_keys(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let cache_keys = db.read(move |conn| accounts::cache_keys(conn, agent.account_id())).await?;
    Ok(HttpResponse::Ok().json(Keys { cache_keys }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::tests::{administrator, member, send, server},
        db::tests::on_each_database,
        users::Role,
    };
    use actix_web::test::TestRequest;
    use serde_json::json;

    #[test]
    fn an_account_is_shown_and_changed() {
        on_each_database(async |test| {
            let (ada, account) = administrator(test, "ada@example.org").await;
            let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
            let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
            let uri = format!("/api/v1/accounts/{}", account.id);
            let ask = async |method: TestRequest, token: &str, path: &str, body: Value| {
                let request = method.uri(&format!("{uri}{path}")).insert_header(("api_access_token", token));
                send(&server, request.set_json(body)).await
            };
            let shown = ask(TestRequest::get(), &bob.token, "", json!({})).await;
            assert_eq!((shown.status.as_u16(), &shown.json["name"]), (200, &json!("ada@example.org's")));
            assert_eq!(shown.json["settings"], json!({"auto_resolve_after": null}));
            let changes = json!({"name": " Acme ", "locale": "th", "domain": "acme.example", "support_email": "Help@acme.example",
                "auto_resolve_after": "60", "audio_transcriptions": true, "industry": "Retail", "features": {"x": true}});
            assert_eq!(ask(TestRequest::patch(), &bob.token, "", changes.clone()).await.status.as_u16(), 401);
            let changed = ask(TestRequest::patch(), &ada.token, "", changes).await.json;
            assert_eq!((&changed["name"], &changed["locale"], &changed["domain"]), (&json!("Acme"), &json!("th"), &json!("acme.example")));
            assert_eq!(changed["support_email"], "help@acme.example");
            assert_eq!(changed["settings"], json!({"auto_resolve_after": 60, "audio_transcriptions": true}));
            assert_eq!(changed["custom_attributes"]["industry"], "Retail");
            let emptied = json!({"account": {"support_email": "", "auto_resolve_after": null, "webhook_payload_format": "chatwoot"}});
            let emptied = ask(TestRequest::put(), &ada.token, "", emptied).await.json;
            assert_eq!((&emptied["support_email"], &emptied["settings"]["auto_resolve_after"]), (&Value::Null, &Value::Null));
            assert_eq!(emptied["domain"], "acme.example");
            for (body, attribute) in [
                (json!({"name": ""}), "name"),
                (json!({"locale": "no language"}), "locale"),
                (json!({"domain": "x".repeat(101)}), "domain"),
                (json!({"support_email": "x"}), "support_email"),
                (json!({"auto_resolve_after": 9}), "auto_resolve_after"),
                (json!({"auto_resolve_after": 1_439_857}), "auto_resolve_after"),
                (json!({"website": "x".repeat(256)}), "website"),
            ] {
                let refused = ask(TestRequest::patch(), &ada.token, "", body).await;
                assert_eq!((refused.status.as_u16(), &refused.json["attributes"]), (422, &json!([attribute])));
            }
            let touched = ask(TestRequest::post(), &bob.token, "/update_active_at", json!({})).await;
            assert_eq!((touched.status.as_u16(), touched.text.as_str(), touched.header("content-type")), (200, "", "application/json"));
            let keys = ask(TestRequest::get(), &bob.token, "/cache_keys", json!({})).await.json;
            assert_eq!(keys["cache_keys"]["canned_response"], "0000000000");
        });
    }
}
