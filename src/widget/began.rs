//! A session that begins, or goes on: what the frame and `config` have in common.
use super::{
    door::{Coming, Door},
    limits,
    payload::{self, ConfigJson, Site},
    token::Claims,
};
use crate::{
    config::Config,
    contacts::{self, ContactInbox, ContactInput, SeenContact},
    custom_attributes::{self, Definition},
    db::{Db, DbConn, Tx, types::now},
    error::Result,
    help_centre::{self, PortalOfWidget},
    inboxes::{self, WorkingHour},
};

/// Somebody at a door, with all that is shown to them there.
pub(super) struct Began {
    /// The website.
    pub door: Door,
    hours: Vec<WorkingHour>,
    definitions: Vec<Definition>,
    portal: Option<PortalOfWidget>,
    session: ContactInbox,
    seen: SeenContact,
    token: String,
}

impl Began {
    /// Goes on with the session of a token, or begins one where there is none: then somebody new has come.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for an unknown website; [`crate::error::Error::Unauthorized`] when its account is suspended;
    /// [`crate::error::Error::TooMany`] when too many sessions were begun from an address.
    pub async fn at(db: &Db, config: &Config, coming: &Coming, website: String, token: Option<String>) -> Result<Began> {
        let (asked, held) = (website.clone(), token.clone());
        let look = move |conn: &mut DbConn| {
            let door = Door::find(conn, &asked)?;
            let claims = held.and_then(|token| door.read(&token).ok());
            let visitor = match &claims {
                Some(claims) => contacts::session(conn, door.inbox.id, &claims.source_id)?,
                None => None,
            };
            let (hours, definitions) = (inboxes::hours(conn, &[door.inbox.id])?, custom_attributes::of_account(conn, door.account.id, None)?);
            let portal = help_centre::of_widget(conn, &door.inbox)?;
            Ok((door, claims, visitor, hours, definitions, portal))
        };
        let (door, claims, visitor, hours, definitions, portal) = db.read(look).await?;
        let (session, contact) = match visitor {
            Some(known) => known,
            None => {
                coming.count(limits::SESSIONS, &website)?;
                // a session that is gone begins again under its name: two who show the same token are one visitor
                let name = claims.as_ref().map(|claims| claims.source_id.clone());
                db.write(move |tx: &mut Tx| {
                    let door = Door::find(tx.conn, &website)?;
                    contacts::find_or_create_visitor(tx, &door.account, &door.inbox, name, ContactInput::default())
                })
                .await?
            }
        };
        let is_ageing = |claims: &Claims| claims.is_ageing(now().and_utc().timestamp());
        let token = match (token, claims) {
            (Some(token), Some(claims)) if !is_ageing(&claims) => token,
            _ => door.token(&session.source_id, config.widget_token_expiry.as_secs())?,
        };
        let seen = session.sees(&contact);
        Ok(Began { door, hours, definitions, portal, session, seen, token })
    }

    /// What the widget needs to know of it.
    pub fn drawn<'a>(&'a self, config: &'a Config) -> ConfigJson<'a> {
        let site = Site { door: &self.door, hours: &self.hours, definitions: &self.definitions, portal: self.portal.as_ref(), config };
        payload::config(&site, &self.session, &self.seen, &self.token)
    }
}
