//! `/api/v1/accounts/{account_id}/conversations/{id}/messages/{message_id}/translate`.
use super::{
    model::{App, HookStatus},
    queries, service,
};
use crate::{
    accounts::is_locale,
    auth::Agent,
    conversations,
    db::{
        Db, DbConn, Tx,
        types::{DisplayId, MessageId},
    },
    error::{Error, Result},
    outbound::Guard,
    web::{Input, Params, Quota, Quotas, fields::Text, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often the people of an account ask for translations, which may cost it something.
const TRANSLATIONS: Quota = Quota { of: "translation", most: 100, within: Duration::from_secs(60) };

/// How many of them are under way at once.
const AT_ONCE: u32 = 4;

pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations/{id}/messages/{message_id}/translate", |at| {
        at.post("What a message says in another language", translate).answers::<Translation>()
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wanted {
    /// Into which language, as in `de` or `pt_BR`.
    target_language: Text,
}

impl Input for Wanted {}

/// What a message says in another language.
#[derive(Serialize, JsonSchema)]
struct Translation {
    /// Null where nobody translates for the account, or there is nothing to be translated.
    content: Option<String>,
}

/// A path of an account, a conversation's number and a message.
type At = Path<(String, DisplayId, MessageId)>;

async fn translate(db: Data<Db>, guard: Data<Guard>, quotas: Data<Quotas>, agent: Agent, path: At, params: Params<Wanted>) -> Result<HttpResponse> {
    let (_, number, id) = path.into_inner();
    let language = params.0.target_language.0.trim().to_owned();
    if !is_locale(&language) {
        return Err(Error::Refused("target_language: a language is expected here".into()));
    }
    let (asking, account) = (agent.clone(), agent.account_id());
    let work = move |conn: &mut DbConn| {
        let conversation = conversations::find(conn, &asking, number)?;
        let message = conversations::message(conn, conversation.id, id)?;
        Ok((message, queries::of_app(conn, account, App::LibreTranslate)?))
    };
    let (message, hook) = db.read(work).await?;
    if let Some(known) = message.translations().and_then(|known| known.get(&language)?.as_str()) {
        return Ok(HttpResponse::Ok().json(Translation { content: Some(known.to_owned()) }));
    }
    let hook = hook.filter(|hook| hook.status == HookStatus::Enabled);
    let text = message.content.filter(|text| !text.trim().is_empty());
    let (Some(hook), Some(text)) = (hook, text) else { return Ok(HttpResponse::Ok().json(Translation { content: None })) };
    if text.chars().count() > service::LONGEST {
        return Err(Error::Refused(format!("Only messages of up to {} characters are translated", service::LONGEST)));
    }
    quotas.take(TRANSLATIONS, account.0)?;
    let place = quotas.begin(TRANSLATIONS.of, account.0, AT_ONCE)?;
    let translated = service::translate(&guard, &hook, &text, &language).await?;
    drop(place);
    let content = Some(translated.clone());
    let work = move |tx: &mut Tx| {
        let mut thread = conversations::thread(tx.conn, &agent, number)?;
        conversations::keep_translation(tx, &mut thread, &agent.actor(), id, &text, (language.as_str(), translated.as_str()))
    };
    db.write(work).await?;
    Ok(HttpResponse::Ok().json(Translation { content }))
}
