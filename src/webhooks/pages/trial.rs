//! The button that sends a test.
use super::{At, url_of};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::{Db, Tx},
    error::{Error, Result},
    events::EventName,
    web::{
        Form, Input,
        fields::Text,
        forms::Choice,
        see_other,
        shell::{Flash, Shell},
    },
    webhooks::{
        commands,
        model::{DeliveryState, Webhook},
        outcome,
    },
};
use actix_web::{HttpResponse, web::Data};
use serde::Deserialize;

/// The events that can be sent as a test: those that the webhook hears first.
pub(super) fn choices(page: &Shell, webhook: &Webhook) -> Vec<Choice> {
    let (heard, others): (Vec<EventName>, Vec<EventName>) = webhook.may_hear().iter().partition(|event| webhook.subscriptions.0.contains(event));
    let usual = heard.iter().find(|event| **event == EventName::MessageCreated).or(heard.first()).map_or("", |event| event.name());
    let label = |event: &EventName| format!("{} ({})", page.t(&format!("event-{}", event.name())), event.name());
    heard.iter().chain(&others).map(|event| Choice::new(event.name(), label(event), usual)).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    event: Text,
}

impl Input for Fields {}

/// Sends it, waits for what becomes of it, and leads to the delivery's page.
pub(super) async fn send(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(Fields { event }): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let event = EventName::from_name(&event.0).ok_or_else(|| Error::Refused(format!("There is no event {}", event.0)))?;
    let delivery = db.write(move |tx: &mut Tx| commands::send_test(tx, &administrator, id, event)).await?;
    let flash = match outcome::awaited(&db, &config.webhook, id, delivery).await?.delivery.state {
        DeliveryState::Delivered => Flash::notice("flash-test-arrived"),
        DeliveryState::Failed => Flash::alert("flash-test-failed"),
        DeliveryState::Pending | DeliveryState::Held => Flash::notice("flash-test-sent"),
    };
    Ok(see_other(&format!("{}/deliveries/{delivery}", url_of(&page, id)), Some(flash)))
}
