//! What those at sockets are told, drawn from what a server has stored: without any socket.
use super::server::Server;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use hookdesk::{
    app,
    db::{
        DbConn,
        dialect::Columns,
        schema::events,
        types::{AccountId, EventId},
    },
    error::Result,
    events::live::{Drawers, Frame, Stored},
    files::Links,
};

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
                frames.extend(draw(conn, &drawers, account, &of_account)?);
            }
            frames.sort_by_key(|frame| frame.event_id);
            Ok(frames)
        })
        .await
    }
}

/// What all who draw make of some events of an account.
pub fn draw(conn: &mut DbConn, drawers: &Drawers, account: AccountId, events: &[&Stored]) -> Result<Vec<Frame>> {
    let mut frames = Vec::new();
    for drawer in &drawers.0 {
        let theirs: Vec<&Stored> = events.iter().copied().filter(|event| drawer.of.contains(&event.name)).collect();
        if !theirs.is_empty() {
            frames.extend((drawer.draw)(conn, account, &theirs)?);
        }
    }
    frames.sort_by_key(|frame| frame.event_id);
    Ok(frames)
}
