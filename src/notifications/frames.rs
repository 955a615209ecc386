//! What is told at sockets of notifications: each user what has become of their own.
use super::{
    model::{Noted, Notification, Notified},
    payload, queries,
    teller::{Readers, Tellers, Told},
};
use crate::{
    accounts,
    db::{
        DbConn,
        types::{AccountId, NotificationId, UserId},
    },
    error::Result,
    events::{
        EventName,
        live::{Audience, Drawer, Frame, Stored},
    },
    files::Links,
    users::{self, Member},
    web::Language,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// What this room tells. Who is notified of a message is noted with the message.
pub fn drawer(tellers: Tellers, links: Links) -> Drawer {
    const OF: &[EventName] =
        &[EventName::MessageCreated, EventName::NotificationCreated, EventName::NotificationUpdated, EventName::NotificationDeleted];
    Drawer { of: OF, for_contacts: &[], draw: Box::new(move |conn, account, events| draw(conn, account, events, &tellers, &links)) }
}

/// The body of a frame. Clients count what a list shows at first, which is what is unread.
#[derive(Serialize)]
struct Body {
    notification: Value,
    unread_count: i64,
    count: i64,
}

fn draw(conn: &mut DbConn, account: AccountId, events: &[&Stored], tellers: &Tellers, links: &Links) -> Result<Vec<Frame>> {
    let noted: Vec<(&Stored, Noted)> = events.iter().map(|event| Ok((*event, event.aside()?))).collect::<Result<_>>()?;
    let noted: Vec<_> = noted.into_iter().filter(|(_, noted)| !noted.is_empty()).collect();
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    let scene = Scene::load(conn, account, &noted, tellers, links)?;
    let mut frames = Vec::with_capacity(noted.len());
    for (event, noted) in &noted {
        for Notified { told, replaced } in &noted.announced.notified {
            for (id, _) in told {
                frames.extend(scene.frame(event, "notification.created", *id)?);
            }
            frames.extend(scene.gone(event, replaced)?);
        }
        if let Some(id) = noted.updated {
            frames.extend(scene.frame(event, "notification.updated", id)?);
        }
        frames.extend(scene.gone(event, &noted.deleted)?);
    }
    Ok(frames)
}

/// What there is now of what the events are about: a fixed number of statements, however many they are.
struct Scene {
    /// Those of the account whose notifications they are, or who have caused something.
    members: Vec<Member>,
    /// The notifications, and whose they are.
    drawn: HashMap<NotificationId, (UserId, Value)>,
    unread: HashMap<UserId, i64>,
}

impl Scene {
    fn load(conn: &mut DbConn, id: AccountId, noted: &[(&Stored, Noted)], tellers: &Tellers, links: &Links) -> Result<Scene> {
        let (mut users, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for (event, noted) in noted {
            users.extend(event.user());
            users.extend(noted.deleted.iter().map(|(_, user)| *user));
            for (id, user) in noted.announced.notified.iter().flat_map(|Notified { told, .. }| told) {
                users.insert(*user);
                ids.insert(*id);
            }
            ids.extend(noted.updated);
        }
        let account = accounts::find(conn, id)?;
        let users: Vec<UserId> = users.into_iter().collect();
        let members = users::members(conn, id, Some(&users))?;
        let rows = queries::told(conn, id, &ids.into_iter().collect::<Vec<_>>())?;
        let unread = queries::unread_of(conn, id, &users)?;
        let languages: HashMap<UserId, Language> = members.iter().map(|member| (member.user.id, member.user.language(&account))).collect();
        let language = |user: UserId| languages.get(&user).copied().unwrap_or_else(|| account.language());
        let told = tellers.tell(conn, &Readers { account: &account, language: &language, links }, &rows)?;
        let drawn = draw_all(&members, &rows, told);
        Ok(Scene { members, drawn, unread })
    }

    /// A notification as its user sees it; nothing where it is gone, or something newer has taken its place, or nobody has words for it any more.
    fn frame(&self, event: &Stored, name: &'static str, id: NotificationId) -> Result<Option<Frame>> {
        let Some((user, drawn)) = self.drawn.get(&id) else { return Ok(None) };
        self.to(event, name, *user, drawn.clone())
    }

    /// That notifications are gone.
    fn gone(&self, event: &Stored, those: &[(NotificationId, UserId)]) -> Result<Vec<Frame>> {
        let frames = those.iter().map(|(id, user)| self.to(event, "notification.deleted", *user, json!({"id": id})));
        Ok(frames.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// Nothing for those who have left the account.
    fn to(&self, event: &Stored, name: &'static str, user: UserId, notification: Value) -> Result<Option<Frame>> {
        if !self.members.iter().any(|member| member.user.id == user) {
            return Ok(None);
        }
        let unread = self.unread.get(&user).copied().unwrap_or_default();
        let body = Body { notification, unread_count: unread, count: unread };
        Frame::new(event, name, body, users::performer(event.user(), &self.members), Audience::users(vec![user])).map(Some)
    }
}

fn draw_all(members: &[Member], rows: &[Notification], mut told: HashMap<NotificationId, Told>) -> HashMap<NotificationId, (UserId, Value)> {
    let draw = |one: &Notification| {
        let owner = members.iter().find(|member| member.user.id == one.user_id)?;
        let drawn = payload::one(owner, one, told.remove(&one.id)?);
        serde_json::to_value(drawn).ok().map(|drawn| (one.id, (one.user_id, drawn)))
    };
    rows.iter().filter_map(draw).collect()
}
