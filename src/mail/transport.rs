//! The way to the mail server.
use super::model::{Outcome, Taken};
use crate::{
    config::{Mail as Settings, Smtp, Tls},
    error::{Error, Result},
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        client::{Tls as Encryption, TlsParameters},
        extension::ClientId,
    },
};
use std::time::{Duration, SystemTime};
use url::Url;

type Smtps = AsyncSmtpTransport<Tokio1Executor>;

/// Programs that answer by themselves, as to say that somebody is away, do not answer such mail.
const AUTOMATIC: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// A mail server, and who mail is from.
pub(super) struct Transport {
    smtp: Smtps,
    from: Mailbox,
    timeout: Duration,
}

impl Transport {
    /// Connects to nobody yet.
    ///
    /// # Errors
    /// When the settings cannot be used, as a name that no certificate can have.
    pub fn new(smtp: &Smtp, settings: &Settings, public_url: &Url) -> Result<Transport> {
        let builder = Smtps::from_url(&smtp.url.0).map_err(Error::internal)?;
        let parameters = |anybody: bool| {
            // whoever would take the mail unencrypted need not care with whom it is encrypted
            TlsParameters::builder(smtp.host.clone()).dangerous_accept_invalid_certs(anybody).build().map_err(Error::internal)
        };
        let encryption = match smtp.tls {
            Tls::Wrapped => Encryption::Wrapper(parameters(false)?),
            Tls::Required => Encryption::Required(parameters(false)?),
            Tls::Opportunistic => Encryption::Opportunistic(parameters(true)?),
            Tls::None => Encryption::None,
        };
        let mut builder = builder.tls(encryption).timeout(Some(smtp.timeout));
        if let Some(name) = public_url.domain().filter(|name| name.contains('.')) {
            builder = builder.hello_name(ClientId::Domain(name.to_owned()));
        }
        Ok(Transport { smtp: builder.build(), from: settings.from.clone(), timeout: smtp.timeout })
    }

    /// Sends one mail.
    pub async fn send(&self, mail: &Taken) -> Outcome {
        let message = match self.write(mail) {
            Ok(message) => message,
            Err(e) => return Outcome::Refused(e.to_string()),
        };
        let (envelope, bytes) = (message.envelope().clone(), message.formatted());
        match tokio::time::timeout(self.timeout, self.smtp.send_raw(&envelope, &bytes)).await {
            Ok(Ok(_)) => Outcome::Sent,
            // a server that does not know us refuses us, and not this mail: that can be mended
            Ok(Err(e)) if e.is_permanent() && self.knows_us().await => Outcome::Refused(e.to_string()),
            Ok(Err(e)) => Outcome::Later(e.to_string()),
            Err(_) => Outcome::Later(format!("no answer within {} s", self.timeout.as_secs())),
        }
    }

    async fn knows_us(&self) -> bool {
        tokio::time::timeout(self.timeout, self.smtp.test_connection()).await.is_ok_and(|answer| answer.unwrap_or(false))
    }

    fn write(&self, mail: &Taken) -> Result<Message> {
        let address: Address = mail.to_address.parse().map_err(|e| Error::Refused(format!("\"{}\" is no address: {e}", mail.to_address)))?;
        let posted: SystemTime = mail.created_at.and_utc().into();
        let builder = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.message_id, self.from.email.domain())))
            .date(posted)
            .from(self.from.clone())
            .to(Mailbox::new(mail.to_name.clone(), address))
            .subject(mail.subject.clone())
            .raw_header(HeaderValue::new(AUTOMATIC, "auto-generated".to_owned()));
        let message = match &mail.html {
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(mail.text.clone(), html.clone())),
            None => builder.singlepart(SinglePart::plain(mail.text.clone())),
        };
        message.map_err(|e| Error::Refused(e.to_string()))
    }
}
