//! The apps that there are, and what an account has set up of them.
use crate::{
    audited,
    checks::beginning,
    db::{
        schema::integration_hooks,
        types::{AccountId, IntegrationHookId, Json},
    },
    error::{Error, Result},
    outbound::{LONGEST_URL, Target},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

text_enum! {
    /// What can be integrated here. Whatever else Chatwoot knows is not listed, since it would not work.
    pub enum App { Webhook = 0 "webhook", DashboardApps = 1 "dashboard_apps", LibreTranslate = 2 "libretranslate" }
}

text_enum! {
    /// Whether a hook is at work.
    pub enum HookStatus { Disabled = 0 "disabled", Enabled = 1 "enabled" }
}

/// What is called to translate.
pub const ENDPOINT_URL: &str = "endpoint_url";
/// What lets the account in there.
pub const API_KEY: &str = "api_key";

/// Something that is set for an app: always a text.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Under which name.
    pub name: &'static str,
    /// What forms call it.
    pub label: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is never shown again.
    pub secret: bool,
    /// Whether it is an address that the server calls.
    pub url: bool,
}

const OF_LIBRETRANSLATE: &[Setting] = &[
    Setting { name: ENDPOINT_URL, label: "Endpoint URL", required: true, secret: false, url: true },
    Setting { name: API_KEY, label: "API Key", required: false, secret: true, url: false },
];

impl App {
    /// What is set for it by its hooks; none where it has no hooks, but things of its own.
    pub fn settings(self) -> Option<&'static [Setting]> {
        match self {
            App::Webhook | App::DashboardApps => None,
            App::LibreTranslate => Some(OF_LIBRETRANSLATE),
        }
    }

    /// The names of the settings that are shown again.
    pub fn shown(self) -> impl Iterator<Item = &'static str> {
        self.settings().unwrap_or_default().iter().filter(|setting| !setting.secret).map(|setting| setting.name)
    }

    /// Whether an account may have several of it.
    pub fn allows_many(self) -> bool {
        self.settings().is_none()
    }
}

/// A row of `integration_hooks`: an app that an account uses.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = integration_hooks)]
pub struct Hook {
    /// Its id.
    pub id: IntegrationHookId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Of which app.
    pub app_id: App,
    /// Whether it is at work.
    pub status: HookStatus,
    /// By name, as [`App::settings`] says.
    pub settings: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Hook = "IntegrationHook": |it| it.id.0, it.app_id.name());

impl Hook {
    /// One of its settings.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.0.get(name)?.as_str()
    }

    /// Its settings as administrators see them: without what is secret.
    pub fn shown_settings(&self) -> Map<String, Value> {
        let mut shown = self.settings.0.clone();
        shown.retain(|name, _| self.app_id.shown().any(|known| known == name));
        shown
    }
}

/// The settings of an app, as they are to be. A secret that is not named stays, as nobody can read it to say it again; one that is blank goes.
///
/// # Errors
/// [`Error::Invalid`] about `settings`: what the app does not know, what is no text, an address that cannot be called, and what is missing.
pub fn checked_settings(app: App, said: Map<String, Value>, present: &Map<String, Value>) -> Result<Map<String, Value>> {
    let wrong = |text: String| Error::invalid("settings", format!("Settings {text}"));
    let known = app.settings().unwrap_or_default();
    if let Some(name) = said.keys().find(|name| !known.iter().any(|setting| setting.name == *name)) {
        return Err(wrong(format!("have no {}", beginning(name, 40))));
    }
    let mut settings = Map::new();
    for setting in known {
        let text = match said.get(setting.name) {
            None if setting.secret => present.get(setting.name).and_then(Value::as_str).unwrap_or_default(),
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text.trim(),
            Some(_) => return Err(wrong(format!("need a text as {}", setting.name))),
        };
        match text {
            "" if setting.required => return Err(wrong(format!("need {}", setting.name))),
            "" => continue,
            text if text.chars().count() > LONGEST_URL => return Err(wrong(format!("have too long {}", setting.name))),
            text if setting.url => drop(Target::parse(text).map_err(|e| wrong(format!("{} {e}", setting.name)))?),
            _ => {}
        }
        settings.insert(setting.name.to_owned(), text.into());
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn checked(said: Value, present: Value) -> Result<Value> {
        checked_settings(App::LibreTranslate, map(said), &map(present)).map(Value::Object)
    }

    #[test]
    fn settings_of_a_translation_service() {
        let (url, none) = ("https://translate.example/translate", json!({}));
        assert_eq!(checked(json!({"endpoint_url": format!(" {url} "), "api_key": ""}), none.clone()).unwrap(), json!({"endpoint_url": url}));
        let with_key = json!({"endpoint_url": url, "api_key": "k"});
        assert_eq!(checked(with_key.clone(), none.clone()).unwrap(), with_key);
        assert_eq!(checked(json!({"endpoint_url": url}), with_key.clone()).unwrap(), with_key, "what nobody can read stays");
        assert_eq!(checked(json!({"endpoint_url": url, "api_key": null}), with_key).unwrap(), json!({"endpoint_url": url}));
        for bad in [
            json!({}),
            json!({"api_key": "k"}),
            json!({"endpoint_url": "translate.example"}),
            json!({"endpoint_url": 1}),
            json!({"endpoint_url": url, "project_id": "x"}),
            json!({"endpoint_url": url, "api_key": {"a": 1}}),
            json!({"endpoint_url": url, "api_key": "x".repeat(2049)}),
        ] {
            assert!(checked(bad.clone(), none.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_shown_of_settings() {
        let now = crate::db::types::now();
        let settings = json!({"endpoint_url": "https://translate.example/translate", "api_key": "k"});
        let hook = Hook {
            id: IntegrationHookId(1),
            account_id: AccountId(1),
            app_id: App::LibreTranslate,
            status: HookStatus::Enabled,
            settings: Json(map(settings)),
            created_at: now,
            updated_at: now,
        };
        assert_eq!(Value::Object(hook.shown_settings()), json!({"endpoint_url": "https://translate.example/translate"}));
    }
}
