//! The door of a website's inbox, and who comes in by it.
use super::{
    limits::{FILES_AT_ONCE, Limit},
    token::{self, Claims},
};
use crate::{
    accounts::{self, Account},
    config::Config,
    conversations::Visitor,
    db::{DbConn, types::now},
    error::{Error, Result},
    inboxes::{self, Claim, Inbox, WidgetChannel},
    web::{
        ClientInfo, Input, Quotas,
        fields::Text,
        routes::{Caller, Part, Taken},
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    future::{Ready, ready},
    sync::Arc,
};

/// The header in which a visitor shows their session.
const HEADER: &str = "X-Auth-Token";

/// A website's inbox as its pages reach it.
#[derive(Debug)]
pub struct Door {
    /// Whose it is.
    pub account: Account,
    /// The inbox.
    pub inbox: Inbox,
    /// The website.
    pub channel: WidgetChannel,
}

impl Door {
    /// The inbox that pages know by this token.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unauthorized`] when the account is suspended.
    pub fn find(conn: &mut DbConn, website_token: &str) -> Result<Door> {
        let (inbox, channel) = inboxes::by_website_token(conn, website_token)?;
        let account = accounts::find_active(conn, inbox.account_id)?;
        Ok(Door { account, inbox, channel })
    }

    /// Checks the proof of identity, if one is given or demanded. True when one was given and holds.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the proof is wrong, or demanded and missing.
    pub(super) fn check(&self, claim: &Claim) -> Result<bool> {
        claim.check(&self.channel.hmac_token, self.channel.hmac_mandatory)
    }

    /// What a visitor's token says, if it is one of this door.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(super) fn read(&self, token: &str) -> Result<Claims> {
        Claims::read(token, &self.channel.session_key, self.inbox.id, now().and_utc().timestamp())
    }

    /// A token for a session, which holds so many seconds.
    ///
    /// # Errors
    /// When none can be made, which would be our mistake.
    pub(super) fn token(&self, source_id: &str, seconds: u64) -> Result<String> {
        Claims::new(source_id, self.inbox.id, now().and_utc().timestamp(), seconds).signed(&self.channel.session_key)
    }

    /// The name of the session in which somebody goes on who turns out to be somebody else.
    ///
    /// # Errors
    /// As [`Door::token`].
    pub(super) fn name_after(&self, before: &str, identifier: &str, proved: bool) -> Result<String> {
        token::name_after(&self.channel.session_key, before, identifier, proved)
    }

    /// The visitor of a session.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(super) fn visitor(&self, conn: &mut DbConn, source_id: &str) -> Result<Visitor> {
        Visitor::find(conn, self.account.clone(), self.inbox.clone(), source_id)
    }
}

/// What all requests say: on which website. And what this one says.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Asked<T: Default> {
    /// The token of the website, as it stands in its pages.
    website_token: Text,
    #[serde(flatten)]
    said: T,
}

impl<T: Input + Default> Input for Asked<T> {
    const ROOT: &'static str = T::ROOT;
    const FILES: &'static [&'static str] = T::FILES;
}

/// Nothing more than that.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct Nothing {}

impl Input for Nothing {}

/// From where a request comes, before it is known who asks.
pub(super) struct Coming {
    /// As what it is counted; none where it may do anything any number of times.
    network: Option<u64>,
    quotas: Arc<Quotas>,
}

impl Part for Coming {}

impl FromRequest for Coming {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let client = ClientInfo::from_request(request, payload).into_inner();
        let exempt = request.app_data::<Data<Config>>().map(|config| config.request_limit_exempt.as_slice()).unwrap_or_default();
        let network = client.map(|client| client.counted(exempt));
        let quotas = request.app_data::<Data<Quotas>>().map(|quotas| Arc::clone(quotas));
        let quotas = quotas.ok_or_else(|| Error::Internal("no quotas in the application".into()));
        ready(network.and_then(|network| Ok(Coming { network, quotas: quotas? })))
    }
}

impl Coming {
    /// Counts what is done from this address on a website.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn count(&self, limit: Limit, website_token: &str) -> Result<()> {
        match (limit.address, self.network) {
            (Some(quota), Some(network)) => self.quotas.take_of(quota, (network, website_token)),
            _ => Ok(()),
        }
    }
}

/// What a visitor shows of their session. Whether it is one is seen later.
pub(super) struct Shown {
    coming: Coming,
    token: String,
}

impl Part for Shown {
    fn tell(taken: &mut Taken) {
        taken.caller = taken.caller.max(Caller::Visitor);
    }
}

impl FromRequest for Shown {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let token = request.headers().get(HEADER).and_then(|token| token.to_str().ok()).map(str::trim).filter(|token| !token.is_empty());
        let coming = Coming::from_request(request, payload).into_inner();
        ready(coming.and_then(|coming| Ok(Shown { coming, token: token.ok_or(Error::NotFound)?.to_owned() })))
    }
}

impl Shown {
    /// What they ask for, once it has been counted for their address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn asks<T: Default>(self, Asked { website_token, said }: Asked<T>, limit: Limit) -> Result<(Guest, T)> {
        self.coming.count(limit, &website_token.0)?;
        Ok((Guest { website_token: website_token.0, token: self.token, quotas: self.coming.quotas, limit }, said))
    }

    /// Lets somebody in who is about to bring files, as far as their session goes; the body in which they may say on which website has not been
    /// read yet. Gives what holds their place among those who do.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unauthorized`]; [`Error::TooMany`].
    pub fn with_files(&self, conn: &mut DbConn, limit: Limit) -> Result<impl Sized + use<>> {
        let inbox = Claims::said_inbox(&self.token).ok_or(Error::NotFound)?;
        let (inbox, channel) = inboxes::by_ids(conn, &[inbox])?.pop().ok_or(Error::NotFound)?;
        let inboxes::Channel::WebWidget(channel) = channel else { return Err(Error::NotFound) };
        let door = Door { account: accounts::find_active(conn, inbox.account_id)?, inbox, channel };
        let visitor = door.visitor(conn, &door.read(&self.token)?.source_id)?;
        self.coming.count(limit, &door.channel.website_token)?;
        if let Some(quota) = limit.visitor {
            self.coming.quotas.take_of(quota, visitor.session.id.0)?;
        }
        let begin = |network| self.coming.quotas.begin_of("widget files", network, FILES_AT_ONCE);
        self.coming.network.map(begin).transpose()
    }

    /// What they show.
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// Somebody at the door, who has said on which website.
pub(super) struct Guest {
    website_token: String,
    token: String,
    quotas: Arc<Quotas>,
    limit: Limit,
}

impl Guest {
    /// Who it is, with the door by which they come; counted for themselves.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a session; [`Error::Unauthorized`] when the account is suspended; [`Error::TooMany`].
    pub fn at_the_door(&self, conn: &mut DbConn) -> Result<(Door, Visitor)> {
        let door = Door::find(conn, &self.website_token)?;
        let visitor = door.visitor(conn, &door.read(&self.token)?.source_id)?;
        if let Some(quota) = self.limit.visitor {
            self.quotas.take_of(quota, visitor.session.id.0)?;
        }
        Ok((door, visitor))
    }

    /// The same without the door.
    ///
    /// # Errors
    /// As there.
    pub fn visitor(&self, conn: &mut DbConn) -> Result<Visitor> {
        self.at_the_door(conn).map(|(_, visitor)| visitor)
    }
}

impl<T: Default> Asked<T> {
    /// What is said, before it is known who says it.
    pub fn said(&self) -> &T {
        &self.said
    }

    /// Which website, and what is said, where nobody has to show a session.
    pub fn parts(self) -> (String, T) {
        (self.website_token.0, self.said)
    }
}
