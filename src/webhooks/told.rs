//! What administrators are told when a webhook was turned off, and not by a person: in their notifications and by mail.
use super::{
    model::{TurnedOff, Webhook, WebhookKind},
    payload, queries,
};
use crate::{
    db::{
        DbConn,
        types::{AccountId, InboxId, NotificationId, WebhookId},
    },
    error::Result,
    notifications::{ActorType, Notification, NotificationType, Readers, Teller, Told},
    web::{Language, clock::Moment, json::seconds},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What this room tells.
pub fn teller() -> Teller {
    Teller { of: &[NotificationType::WebhookTurnedOff], tell }
}

/// A turning-off, as it was then: kept with the notification, since the webhook may be on again when somebody reads of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Alarm {
    /// What the webhook, or the inbox whose callback it is, was called.
    name: String,
    reason: TurnedOff,
    /// When, in unix seconds.
    at: i64,
    /// When the first delivery was given up since the last success, in unix seconds.
    failing_since: Option<i64>,
    /// How many deliveries were held.
    held: i64,
    /// Whether it was the callback of an inbox, which has no page of its own.
    #[serde(default)]
    callback: bool,
}

impl Alarm {
    /// Of a webhook that was just turned off, with so many deliveries held.
    pub fn of(webhook: &Webhook, held: usize) -> Alarm {
        Alarm {
            name: webhook.title(),
            reason: webhook.turned_off_reason.unwrap_or(TurnedOff::Failing),
            at: seconds(webhook.turned_off_at.unwrap_or(webhook.updated_at)),
            failing_since: webhook.failing_since.map(seconds),
            held: i64::try_from(held).unwrap_or(i64::MAX),
            callback: inbox_called_back(webhook).is_some(),
        }
    }

    /// For the notification's row.
    pub fn meta(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(meta)) => meta,
            _ => Map::new(),
        }
    }

    /// What has happened, in a sentence without its end.
    pub fn title(&self, language: Language) -> String {
        language.ta(if self.callback { "alarm-title-callback" } else { "alarm-title" }, &[("name", self.name.as_str().into())])
    }

    /// Why.
    pub fn reason(&self, language: Language) -> String {
        match (self.reason, self.failing_since) {
            (TurnedOff::Failing, Some(since)) => language.ta("alarm-failing", &[("since", moment(language, since).into())]),
            _ => language.t("alarm-gone"),
        }
    }

    /// What has become of deliveries, and how they go on.
    pub fn what_now(&self, language: Language) -> String {
        language.ta(if self.callback { "alarm-next-callback" } else { "alarm-next" }, &[("count", self.held.into())])
    }

    /// The particulars, for a mail.
    pub fn facts(&self, language: Language, webhook: &Webhook) -> Vec<(String, String)> {
        let mut facts = vec![
            (language.t(if self.callback { "alarm-inbox" } else { "alarm-webhook" }), self.name.clone()),
            (language.t("alarm-url"), webhook.masked_url()),
            (language.t("alarm-at"), moment(language, self.at)),
        ];
        facts.extend(self.failing_since.map(|since| (language.t("alarm-since"), moment(language, since))));
        facts.push((language.t("alarm-held"), crate::web::i18n::grouped(self.held)));
        facts
    }
}

fn moment(language: Language, at: i64) -> String {
    Moment::new(language, at, at).full
}

fn inbox_called_back(webhook: &Webhook) -> Option<InboxId> {
    webhook.inbox_id.filter(|_| webhook.kind == WebhookKind::Inbox)
}

/// What a notification about this webhook is about: the callback of an inbox is a part of that inbox.
pub(super) fn about(webhook: &Webhook) -> (ActorType, i64) {
    inbox_called_back(webhook).map_or((ActorType::Webhook, webhook.id.0), |inbox| (ActorType::Inbox, inbox.0))
}

/// The page where something can be done about it.
pub(super) fn page_of(account: AccountId, about: (ActorType, i64)) -> String {
    let settings = format!("/app/accounts/{account}/settings");
    match about {
        (ActorType::Inbox, id) => format!("{settings}/inboxes/{id}"),
        (_, id) => format!("{settings}/integrations/webhooks/{id}"),
    }
}

fn tell(conn: &mut DbConn, to: &Readers, those: &[&Notification]) -> Result<HashMap<NotificationId, Told>> {
    let account = to.account.id;
    let ids = |of: ActorType| those.iter().filter(move |one| one.primary_actor_type == of).map(|one| one.primary_actor_id);
    let webhooks: Vec<WebhookId> = ids(ActorType::Webhook).map(WebhookId).collect();
    let webhooks = queries::by_ids(conn, account, &webhooks)?;
    let inboxes = if ids(ActorType::Inbox).next().is_some() { queries::inbox_names(conn, account)? } else { HashMap::new() };
    let told = |one: &&Notification| {
        let language = (to.language)(one.user_id);
        let alarm: Alarm = serde_json::from_value(Value::Object(one.meta.0.clone())).ok()?;
        let about = (one.primary_actor_type, one.primary_actor_id);
        let actor = match about {
            (ActorType::Inbox, id) => inboxes.get(&InboxId(id)).map(|name| payload::nested_inbox(InboxId(id), name)),
            (_, id) => webhooks.iter().find(|webhook| webhook.id.0 == id).map(payload::nested),
        };
        let told = Told {
            title: alarm.title(language),
            body: language.ta("alarm-body", &[("reason", alarm.reason(language).into()), ("next", alarm.what_now(language).into())]),
            path: Some(page_of(account, about)),
            primary_actor: actor.unwrap_or_default(),
            secondary_actor: Value::Null,
        };
        Some((one.id, told))
    };
    Ok(those.iter().filter_map(told).collect())
}
