//! What administrators are told when the server has turned a rule off: in their notifications and by mail.
use super::{model::AutomationRule, queries};
use crate::{
    accounts,
    actions::Flaw,
    db::{
        DbConn, Tx,
        types::{AccountId, AutomationRuleId, NotificationId},
    },
    error::Result,
    mail::{self, Letter},
    notifications::{self, ActorType, News, Notification, NotificationType, Readers, Teller, Told},
    users::{self, Member},
    web::Language,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What this room tells.
pub fn teller() -> Teller {
    Teller { of: &[NotificationType::AutomationRuleTurnedOff], tell }
}

/// A turning-off, as it was then.
#[derive(Debug, Serialize, Deserialize)]
struct Alarm {
    name: String,
    flaw: Flaw,
}

impl Alarm {
    fn meta(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn title(&self, language: Language) -> String {
        language.ta("rule-alarm-title", &[("name", self.name.as_str().into())])
    }

    fn body(&self, language: Language) -> String {
        why_off(&self.flaw, language)
    }
}

/// Why it is off, and what is to be done.
pub(super) fn why_off(flaw: &Flaw, language: Language) -> String {
    language.ta("rule-alarm-body", &[("reason", in_words(flaw, language).as_str().into())])
}

/// What does not work any more, in a sentence without its end.
pub(super) fn in_words(flaw: &Flaw, language: Language) -> String {
    match flaw {
        Flaw::Team(id) => language.ta("rule-flaw-team", &[("id", id.to_string().as_str().into())]),
        Flaw::Agent(id) => language.ta("rule-flaw-agent", &[("id", id.to_string().as_str().into())]),
        Flaw::Label(title) => language.ta("rule-flaw-label", &[("title", title.as_str().into())]),
        Flaw::File(_) => language.t("rule-flaw-file"),
        Flaw::Conditions(why) => language.ta("rule-flaw-conditions", &[("why", why.as_str().into())]),
        Flaw::Actions(why) => language.ta("rule-flaw-actions", &[("why", why.as_str().into())]),
    }
}

fn page_of(account: AccountId, rule: i64) -> String {
    format!("/app/accounts/{account}/settings/automation/{rule}")
}

/// Tells every administrator of the account.
pub(super) fn raise_alarm(tx: &mut Tx, rule: &AutomationRule, flaw: &Flaw) -> Result<()> {
    let alarm = Alarm { name: rule.name.clone(), flaw: flaw.clone() };
    let administrators = users::administrators(tx.conn, rule.account_id)?;
    let news = News {
        account_id: rule.account_id,
        notification_type: NotificationType::AutomationRuleTurnedOff,
        primary_actor: (ActorType::AutomationRule, rule.id.0),
        secondary_actor: None,
        meta: alarm.meta(),
    };
    let ids: Vec<_> = administrators.iter().map(|member| member.user.id).collect();
    notifications::tell(tx, &ids, &news)?;
    let Some(mailer) = mail::mailer(tx) else { return Ok(()) };
    let account = accounts::find(tx.conn, rule.account_id)?;
    for Member { user, membership: _ } in &administrators {
        let language = user.language(&account);
        let letter = Letter {
            account_id: Some(account.id),
            to: user.recipient(),
            language,
            subject: format!("[{}] {}", account.name, alarm.title(language)),
            paragraphs: vec![alarm.body(language)],
            facts: Vec::new(),
            action: Some((language.t("rule-alarm-action"), page_of(account.id, rule.id.0))),
            reason: language.ta("alarm-why-you", &[("account", account.name.as_str().into())]),
        };
        mail::post(tx, &letter.write(&mailer)?)?;
    }
    Ok(())
}

fn tell(conn: &mut DbConn, to: &Readers, those: &[&Notification]) -> Result<HashMap<NotificationId, Told>> {
    let account = to.account.id;
    let ids: Vec<AutomationRuleId> = those.iter().map(|one| AutomationRuleId(one.primary_actor_id)).collect();
    let rules = queries::by_ids(conn, account, &ids)?;
    let told = |one: &&Notification| {
        let language = (to.language)(one.user_id);
        let alarm: Alarm = serde_json::from_value(Value::Object(one.meta.0.clone())).ok()?;
        let rule = rules.iter().find(|rule| rule.id.0 == one.primary_actor_id);
        let told = Told {
            title: alarm.title(language),
            body: alarm.body(language),
            path: Some(page_of(account, one.primary_actor_id)),
            primary_actor: rule.map(|rule| json!({"id": rule.id, "name": rule.name, "active": rule.active})).unwrap_or_default(),
            secondary_actor: Value::Null,
        };
        Some((one.id, told))
    };
    Ok(those.iter().filter_map(told).collect())
}
