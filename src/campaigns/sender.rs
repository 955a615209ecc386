//! What sends campaigns once, when their time has come. The steps and the rounds are apart, as with deliveries; any number of nodes send.
use super::{commands, queries};
use crate::{
    db::{
        Db,
        types::{CampaignId, now},
    },
    error::{Error, Result},
    rounds::Rounds,
};
use std::time::Duration;

/// How long after one round the next begins when there was nothing to send.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The rest between two steps.
const REST: Duration = Duration::from_millis(20);

/// Does a step of every campaign whose time has come. Gives whether there was any.
///
/// # Errors
/// The database's. What was not sent is sent by the next step.
pub async fn send_due(db: &Db) -> Result<bool> {
    let due = db.read(|conn| queries::due(conn, now())).await?;
    for id in &due {
        step(db, *id).await?;
    }
    Ok(!due.is_empty())
}

/// Sends a campaign to some of those whom it has not reached, one after the other; once there is nobody left, it is completed.
async fn step(db: &Db, id: CampaignId) -> Result<()> {
    let Some(campaign) = db.write_patiently(move |tx| commands::begin(tx, id)).await? else { return Ok(()) };
    let next = db.read(move |conn| queries::next_recipients(conn, &campaign)).await?;
    let Some(last) = next.reaches_to else {
        return db.write_patiently(move |tx| commands::finish(tx, id)).await;
    };
    for to in next.recipients {
        match db.write_patiently(move |tx| commands::send(tx, id, to)).await {
            Ok(_) => {}
            // one who cannot be written to keeps it from nobody else
            Err(e @ (Error::NotFound | Error::Invalid { .. } | Error::Refused(_))) => {
                tracing::warn!(campaign = id.0, contact = to.contact.0, error = %e, "a campaign could not be sent to a contact");
                db.write_patiently(move |tx| commands::pass(tx, id, to.contact)).await?;
            }
            // suspended meanwhile: whoever is left gets it when the account is active again
            Err(Error::Unauthorized(_)) => return Ok(()),
            Err(e) => return Err(e),
        }
    }
    db.write_patiently(move |tx| commands::pass(tx, id, last)).await
}

/// Sends again and again.
pub fn keep_sending(db: Db) -> Rounds {
    Rounds::start(Duration::ZERO, async move || match send_due(&db).await {
        Ok(true) => REST,
        Ok(false) => LOOK_EVERY,
        Err(e) => {
            tracing::warn!(error = %e, "campaigns could not be sent; it is tried again");
            LOOK_EVERY
        }
    })
}
