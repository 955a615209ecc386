//! A webhook was turned off, and not by a person: those who can see to it are told, where they are and by mail.
use crate::{
    accounts,
    db::Tx,
    error::Result,
    mail::{self, Letter},
    notifications::{self, News, NotificationType},
    users::{self, Member},
    webhooks::{
        model::Webhook,
        told::{Alarm, about, page_of},
    },
};

/// Tells every administrator of the account; `held` deliveries wait for the webhook to be turned on again.
pub(super) fn raise_alarm(tx: &mut Tx, webhook: &Webhook, held: usize) -> Result<()> {
    let (alarm, about) = (Alarm::of(webhook, held), about(webhook));
    let administrators = users::administrators(tx.conn, webhook.account_id)?;
    let news = News {
        account_id: webhook.account_id,
        notification_type: NotificationType::WebhookTurnedOff,
        primary_actor: about,
        secondary_actor: None,
        meta: alarm.meta(),
    };
    let ids: Vec<_> = administrators.iter().map(|member| member.user.id).collect();
    notifications::tell(tx, &ids, &news)?;
    let Some(mailer) = mail::mailer(tx) else { return Ok(()) };
    let account = accounts::find(tx.conn, webhook.account_id)?;
    for Member { user, membership: _ } in &administrators {
        let language = user.language(&account);
        let title = alarm.title(language);
        let letter = Letter {
            account_id: Some(account.id),
            to: user.recipient(),
            language,
            subject: format!("[{}] {title}", account.name),
            paragraphs: vec![
                language.ta("alarm-sentence", &[("title", title.as_str().into()), ("reason", alarm.reason(language).into())]),
                alarm.what_now(language),
            ],
            facts: alarm.facts(language, webhook),
            action: Some((language.t("alarm-action"), page_of(account.id, about))),
            reason: language.ta("alarm-why-you", &[("account", account.name.as_str().into())]),
        };
        mail::post(tx, &letter.write(&mailer)?)?;
    }
    Ok(())
}
