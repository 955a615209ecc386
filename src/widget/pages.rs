//! The chat itself: the script that a website's pages load, and the frame that it opens. What they are made of lies in `static/widget`.
use super::{began::Began, door::Coming};
use crate::{
    config::Config,
    db::{Db, types::InboxId},
    error::{Error, Result},
    inboxes::WidgetChannel,
    web::{
        Input, Language, Params,
        assets::{self, Asset},
        fields::Text,
        html,
        locales::direction,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, ServiceConfig, get, resource},
};
use askama::Template;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How long a site's visitors go on with the script that they have, in seconds: its name stays the same.
const SCRIPT_HOLDS: u32 = 300;

/// The routes.
pub fn routes(cfg: &mut ServiceConfig) {
    for path in ["/packs/js/sdk.js", "/sdk.js"] {
        cfg.service(resource(path).route(get().to(sdk)).route(actix_web::web::head().to(sdk)));
    }
    cfg.service(resource("/widget/words").route(get().to(words))).service(resource("/widget").route(get().to(frame)));
}

/// The script, under names that stay. Any site may load it.
async fn sdk(request: HttpRequest) -> Result<HttpResponse> {
    let script: &'static Asset = assets::named("widget/sdk.js").ok_or(Error::NotFound)?;
    let tag = format!("\"{}\"", assets::version());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let fresh = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if fresh { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={SCRIPT_HOLDS}")))
        .insert_header((header::ETAG, tag))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"));
    Ok(if fresh { response.insert_header((header::VARY, "accept-encoding")).finish() } else { script.answer(&request, response) })
}

/// Everything that the frame says, in one language, and the direction of the site that asked for it.
#[derive(Serialize)]
struct Words {
    language: &'static str,
    direction: &'static str,
    words: BTreeMap<&'static str, String>,
}

impl Words {
    fn of(language: Language, locale: &str) -> Words {
        Words { language: language.code(), direction: direction(locale), words: language.all("widget", "chat-") }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wish {
    locale: Text,
}

impl Input for Wish {}

async fn words(params: Params<Wish>) -> HttpResponse {
    let language = Language::from_tag(&params.0.locale.0).unwrap_or_default();
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, format!("public, max-age={SCRIPT_HOLDS}"))).json(Words::of(language, &params.0.locale.0))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Opening {
    website_token: Text,
    /// The session, as the site's pages keep it in a cookie.
    cw_conversation: Text,
    locale: Text,
}

impl Input for Opening {}

/// What the frame's script needs when it starts, under the names that scripts of the field know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Boot {
    channel: Map<String, Value>,
    /// What is told of other inboxes, where somebody is the same person, is not for this frame.
    inbox_id: InboxId,
    pubsub_token: Value,
    auth_token: Value,
    global_config: Value,
    words: Words,
}

impl Boot {
    /// The same as `config` answers; there the names of the channel are in another spelling.
    fn of(began: &Began, config: &Config, words: Words) -> Result<Boot> {
        let mut drawn = serde_json::to_value(began.drawn(config)).map_err(Error::internal)?;
        let Value::Object(mut website) = drawn["website_channel_config"].take() else { return Err(Error::Internal("a website is no object".into())) };
        let auth_token = website.remove("auth_token").unwrap_or_default();
        let channel = website.into_iter().map(|(key, value)| (in_camel_case(&key), value)).collect();
        let (pubsub_token, global_config) = (drawn["contact"]["pubsub_token"].take(), drawn["global_config"].take());
        Ok(Boot { channel, inbox_id: began.door.inbox.id, pubsub_token, auth_token, global_config, words })
    }
}

/// `welcomeTitle` of `welcome_title`.
fn in_camel_case(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (head, tail) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        text + &head.to_uppercase() + tail
    })
}

#[derive(Template)]
#[template(path = "widget/frame.html")]
struct FramePage {
    lang: Language,
    direction: &'static str,
    name: String,
    boot: String,
    icon: String,
    style: String,
    scripts: Vec<String>,
    main: String,
}

async fn frame(request: HttpRequest, db: Data<Db>, config: Data<Config>, coming: Coming, params: Params<Opening>) -> Result<HttpResponse> {
    let Opening { website_token, cw_conversation, locale } = params.0;
    let shown = Some(cw_conversation.0).filter(|token| !token.is_empty());
    let began = Began::at(&db, &config, &coming, website_token.0, shown).await?;
    let door = &began.door;
    let preferred = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // the site knows best which language it speaks, then the account whose site it is
    let lang = [locale.0.as_str(), door.account.locale.as_str()].into_iter().find_map(Language::from_tag);
    let lang = lang.unwrap_or_else(|| Language::negotiate(preferred));
    let boot = Boot::of(&began, &config, Words::of(lang, &locale.0))?;
    let page = FramePage {
        lang,
        direction: boot.words.direction,
        name: door.inbox.name.clone(),
        boot: serde_json::to_string(&boot).map_err(Error::internal)?,
        icon: assets::url("favicon.svg"),
        style: assets::url("widget/frame.css"),
        scripts: assets::scripts("widget/").filter(|url| !url.ends_with("/sdk.js")).collect(),
        main: assets::url("widget/main.js"),
    };
    let mut response = html(&page)?;
    let policy = policy(&door.channel, config.public_url.host_str().unwrap_or_default(), config.public_url.port());
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // its address may name a session
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, header::HeaderValue::from_str(value).map_err(Error::internal)?);
    }
    Ok(response)
}

/// The frame runs and loads what this server serves, shows pictures of everywhere, and stands in the pages of those who may show it.
fn policy(channel: &WidgetChannel, host: &str, port: Option<u16>) -> String {
    let host = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let everywhere = "'self' data: blob: http: https:";
    let rest = "form-action 'none'; base-uri 'none'";
    let ancestors = channel.frame_policy().map(|policy| format!("; {policy}")).unwrap_or_default();
    let own = format!("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://{host} wss://{host}");
    format!("{own}; img-src {everywhere}; media-src {everywhere}; {rest}{ancestors}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_change_their_spelling() {
        assert_eq!(["locale", "welcome_title", "utc_off_set"].map(in_camel_case), ["locale", "welcomeTitle", "utcOffSet"]);
    }
}
