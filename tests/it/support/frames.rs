//! What those at sockets are told, drawn from what a server has stored: without any socket.
use super::server::Server;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use hookdesk::{
    app,
    db::{
        dialect::Columns,
        schema::events,
        types::{AccountId, EventId},
    },
    events::live::{Frame, Stored},
    files::Links,
};
use std::collections::BTreeMap;

impl Server {
    /// The frames of all that `act` causes, in whatever account, in their order.
    pub async fn framing<T>(&self, act: impl AsyncFnOnce() -> T) -> Vec<Frame> {
        let before = self.newest_event().await;
        act().await;
        self.frames_after(before).await
    }

    /// The event that was told last.
    pub async fn newest_event(&self) -> EventId {
        EventId(self.count("SELECT coalesce(max(id), 0) AS number FROM events").await)
    }

    /// The frames of all that came after an event.
    pub async fn frames_after(&self, event: EventId) -> Vec<Frame> {
        let links = Links::new(&self.config.public_url);
        self.read(move |conn| {
            let drawers = app::drawers(&links);
            let stored: Vec<Stored> = events::table.filter(events::id.gt(event)).order_by(events::id).select(Stored::columns()).load(conn)?;
            let mut accounts: Vec<AccountId> = stored.iter().map(|event| event.account_id).collect();
            accounts.sort();
            accounts.dedup();
            let mut frames = Vec::new();
            for account in accounts {
                let of_account: Vec<&Stored> = stored.iter().filter(|event| event.account_id == account).collect();
                frames.extend(drawers.frames(conn, account, &of_account)?);
            }
            frames.sort_by_key(|frame| frame.event_id);
            // whoever comes again as a contact is told nothing but these
            let (names, by_id) = (drawers.names_for_contacts(), stored.iter().map(|event| (event.id, event)).collect::<BTreeMap<_, _>>());
            for frame in frames.iter().filter(|frame| !frame.audience.sessions.is_empty()) {
                let event = by_id[&frame.event_id];
                assert!(names.contains(&event.name) && event.conversation_id.is_some(), "{frame:?}");
            }
            Ok(frames)
        })
        .await
    }
}
