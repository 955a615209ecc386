//! What a node that delivers does without being asked: webhooks, replays, campaigns and mails go out, conversations wake, are handed out and end,
//! what rules and macros are to do is done, and contacts are brought and taken along as tables.
use crate::{
    actions::{self, Bell},
    automation_rules, campaigns,
    config::Config,
    contact_jobs, conversations,
    db::Db,
    error::Result,
    mail::{Mailer, Postman},
    outbound::Guard,
    rounds::Rounds,
    storage::Storage,
    webhooks::{self, Dispatcher, Handover, Intake},
};
use futures_util::future::{join, join_all};
use std::time::Duration;

/// How long mails under way may take when the server stops.
const LAST_MAILS: Duration = Duration::from_secs(4);
/// How long a step of what is done again and again may take.
const LAST_ROUNDS: Duration = Duration::from_secs(2);
/// How long deliveries in flight may take. What takes longer is cut, and tried again by the next run.
const LAST_DELIVERIES: Duration = Duration::from_secs(8);

/// The running loops.
pub struct Sending {
    dispatcher: Dispatcher,
    replaying: Rounds,
    waking: Rounds,
    care: Rounds,
    acting: Rounds,
    contacts: Rounds,
    campaigns: Rounds,
    /// None where no mail server is set up.
    postman: Option<Postman>,
}

impl Sending {
    /// Starts the loops. It is to be done before the first request: the delivery loop begins by giving back what the last run had
    /// claimed.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn start(
        db: &Db,
        config: &Config,
        guard: Guard,
        mailer: Mailer,
        (handover, intake): (Handover, Intake),
        bell: Bell,
        storage: &Storage,
    ) -> Result<Sending> {
        Ok(Sending {
            waking: conversations::keep_waking(db.clone()),
            care: conversations::take_care(db.clone()),
            acting: actions::keep_running(db.clone(), bell, automation_rules::judge),
            contacts: contact_jobs::keep_running(db.clone(), storage.clone()),
            campaigns: campaigns::keep_sending(db.clone()),
            replaying: webhooks::keep_replaying(db.clone(), handover.clone(), config.retention),
            dispatcher: Dispatcher::start(db.clone(), config.webhook.clone(), guard, handover, intake).await?,
            postman: Postman::start(db.clone(), mailer),
        })
    }

    /// Begins nothing more; what is under way ends, and its outcome is stored.
    pub async fn stop(self) {
        let rounds = [self.waking, self.care, self.acting, self.contacts, self.campaigns, self.replaying];
        join_all(rounds.map(|rounds| rounds.stop(LAST_ROUNDS))).await;
        let mails = async {
            if let Some(postman) = self.postman {
                postman.stop(LAST_MAILS).await;
            }
        };
        join(mails, self.dispatcher.stop(LAST_DELIVERIES)).await;
    }
}
