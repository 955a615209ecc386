//! The one thing that the rest of the server has of mail: whether there is any, and how to say that some is there.
use super::{
    figures::Figures,
    model::{Mail, MailState, Outcome, Taken, one_line},
    transport::Transport,
};
use crate::{
    config::{Config, Smtp},
    db::types::{MailId, now},
    error::Result,
    metrics::Text,
    random,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long somebody who looks on waits for a mail.
const LOOKING_ON: Duration = Duration::from_secs(20);

/// How mail goes out of this process. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    server: Option<(Smtp, Transport)>,
    base: String,
    brand: String,
    posted: Notify,
    figures: Figures,
}

impl Mailer {
    /// By these settings.
    ///
    /// # Errors
    /// When the mail server cannot be used as it is set up.
    pub fn new(config: &Config) -> Result<Mailer> {
        let settings = &config.mail;
        let server = match &settings.smtp {
            Some(smtp) => Some((smtp.clone(), Transport::new(smtp, settings, &config.public_url)?)),
            None => None,
        };
        let base = config.public_url.as_str().trim_end_matches('/').to_owned();
        Ok(Mailer(Arc::new(Inner { server, base, brand: config.brand_name.clone(), posted: Notify::new(), figures: Figures::default() })))
    }

    /// Whether there is a mail server.
    pub fn is_set_up(&self) -> bool {
        self.0.server.is_some()
    }

    /// The mail server's name, if there is one.
    pub fn host(&self) -> Option<&str> {
        self.0.server.as_ref().map(|(smtp, _)| smtp.host.as_str())
    }

    /// The address of a page, whole.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.0.base)
    }

    /// The name of this installation.
    pub fn brand(&self) -> &str {
        &self.0.brand
    }

    /// Sends a mail now, past the outbox, and waits for what becomes of it: for somebody who looks on. None where no mail
    /// server is set up.
    pub async fn send_now(&self, mail: Mail) -> Option<Outcome> {
        let (_, transport) = self.0.server.as_ref()?;
        let Mail { account_id: _, to, subject, text, html } = mail;
        let taken = Taken {
            id: MailId(0),
            to_name: Some(one_line(&to.name)).filter(|name| !name.is_empty()),
            to_address: to.address,
            subject: one_line(&subject),
            text,
            html,
            message_id: random::uuid(),
            attempts: 0,
            created_at: now(),
        };
        let late = || Outcome::Later(format!("no answer within {} s", LOOKING_ON.as_secs()));
        Some(tokio::time::timeout(LOOKING_ON, transport.send(&taken)).await.unwrap_or_else(|_| late()))
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        self.0.figures.write(text);
    }

    pub(super) async fn send(&self, mail: &Taken) -> Outcome {
        match &self.0.server {
            Some((_, transport)) => transport.send(mail).await,
            None => Outcome::Later("no mail server is set up".to_owned()),
        }
    }

    /// For how long a mail is claimed: longer than sending it and asking why it was refused can take.
    pub(super) fn lease(&self) -> Duration {
        self.0.server.as_ref().map_or(Duration::ZERO, |(smtp, _)| smtp.timeout) * 2 + Duration::from_secs(30)
    }

    pub(super) fn note(&self, state: MailState) {
        self.0.figures.note(state);
    }

    pub(super) fn wake(&self) {
        self.0.posted.notify_one();
    }

    pub(super) async fn posted(&self) {
        self.0.posted.notified().await;
    }
}
