//! A visitor looks closer at a campaign that the widget has shown them.
use super::{browser::Browser, door::Guest};
use crate::{
    campaigns,
    checks::not_too_large,
    conversations::NewConversation,
    db::{Db, Tx, types::CampaignNumber},
    error::Result,
};
use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What that is called on this wire.
pub(super) const NAME: &str = "campaign.triggered";

/// Begins the conversation with what the campaign says. What is said of the page is taken under this widget's names for it, and under those of the field's.
///
/// # Errors
/// [`crate::error::Error::NotFound`] without a session; [`crate::error::Error::Invalid`] for attributes over the limits.
pub(super) async fn begin(db: &Db, browser: &Browser, guest: Guest, said: Map<String, Value>) -> Result<HttpResponse> {
    not_too_large("event_info", &said)?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let page = text(said.get("referer").or_else(|| said.get("referer_url")));
    let time = text(said.get("initiated_at").and_then(|at| at.get("timestamp")).or_else(|| said.get("timestamp")));
    let number = said.get("campaign_id").and_then(|id| CampaignNumber::deserialize(id).ok());
    let about = NewConversation {
        additional_attributes: browser.attributes(page, time),
        custom_attributes: said.get("custom_attributes").and_then(Value::as_object).cloned().unwrap_or_default(),
        ..NewConversation::default()
    };
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        match number {
            Some(number) => campaigns::trigger(tx, &visitor, number, about),
            None => Ok(()),
        }
    };
    db.write(work).await?;
    Ok(HttpResponse::NoContent().finish())
}
