//! Waiting for what becomes of a delivery, as long as somebody looks on.
use super::{
    model::DeliveryState,
    queries::{self, Detail},
};
use crate::{
    config::Webhooks as Settings,
    db::{
        Db,
        types::{DeliveryId, WebhookId},
    },
    error::Result,
};
use std::time::{Duration, Instant};

/// When it is looked for the first time whether the outcome is there,
const SOON: Duration = Duration::from_millis(10);
/// and how often in the end.
const LATER: Duration = Duration::from_millis(500);
/// How much longer than the request itself may take somebody waits: for the turn before it and the storing after it.
const AROUND: Duration = Duration::from_secs(1);

/// A delivery once its outcome is known; or as it is, when that takes too long.
pub(super) async fn awaited(db: &Db, settings: &Settings, webhook: WebhookId, id: DeliveryId) -> Result<Detail> {
    let called = db.read(move |conn| queries::by_id(conn, webhook)).await?;
    let until = Instant::now() + called.timeout(settings) + AROUND;
    let mut wait = SOON;
    while Instant::now() < until && db.read(move |conn| queries::state(conn, id)).await? == DeliveryState::Pending {
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LATER);
    }
    db.read(move |conn| queries::detail(conn, webhook, id)).await
}
