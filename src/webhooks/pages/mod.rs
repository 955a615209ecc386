//! Settings → Integrations → Webhooks.
mod created;
mod deliveries;
mod delivery;
mod events;
mod fields;
mod form;
mod hours;
mod inspect;
mod list;
mod replays;
mod secret;
mod snippets;
mod status;
mod stream;
mod trial;
mod verdict;
mod verify;

pub use list::{Standing, standing};
pub use verdict::{Verdict, examine};

use crate::{
    db::types::{AgentBotId, WebhookId},
    web::shell::Shell,
};
use actix_web::web::{Path, ServiceConfig, get, post, resource};

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/bots/{id}/deliveries").route(get().to(deliveries::of_bot)))
        .service(resource("/integrations/webhooks").route(get().to(list::list)).route(post().to(form::create)))
        .service(resource("/integrations/webhooks/new").route(get().to(form::new)))
        .service(resource("/integrations/webhooks/events").route(get().to(events::events)))
        .service(resource("/integrations/webhooks/events/{event}").route(get().to(events::event)))
        .service(resource("/integrations/webhooks/{id}").route(get().to(deliveries::show)).route(post().to(form::update)))
        .service(resource("/integrations/webhooks/{id}/created").route(get().to(created::created)))
        .service(resource("/integrations/webhooks/{id}/verify").route(get().to(verify::show)).route(post().to(verify::check)))
        .service(resource("/integrations/webhooks/{id}/edit").route(get().to(form::edit)))
        .service(resource("/integrations/webhooks/{id}/delete").route(get().to(form::confirm_delete)).route(post().to(form::destroy)))
        .service(resource("/integrations/webhooks/{id}/turn_off").route(post().to(form::turn_off)))
        .service(resource("/integrations/webhooks/{id}/turn_on").route(post().to(replays::turn_on)))
        .service(resource("/integrations/webhooks/{id}/rotate_secret").route(post().to(secret::rotate)))
        .service(resource("/integrations/webhooks/{id}/end_old_secret").route(post().to(secret::end_old)))
        .service(resource("/integrations/webhooks/{id}/test").route(post().to(trial::send)))
        .service(resource("/integrations/webhooks/{id}/replays").route(get().to(replays::replays)).route(post().to(replays::start)))
        .service(resource("/integrations/webhooks/{id}/replays/confirm").route(get().to(replays::confirm)))
        .service(resource("/integrations/webhooks/{id}/replays/{replay}/cancel").route(post().to(replays::cancel)))
        .service(resource("/integrations/webhooks/{id}/deliveries/stream").route(get().to(stream::stream)))
        .service(resource("/integrations/webhooks/{id}/deliveries/{delivery}").route(get().to(delivery::delivery)))
        .service(resource("/integrations/webhooks/{id}/deliveries/{delivery}/send_again").route(post().to(delivery::send_again)));
}

/// A path of an account and a webhook.
type At = Path<(String, WebhookId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("integrations/webhooks")).unwrap_or_default()
}

fn url_of(page: &Shell, id: WebhookId) -> String {
    format!("{}/{id}", list_url(page))
}

fn bot_url(page: &Shell, id: AgentBotId) -> String {
    page.viewer.as_ref().map(|viewer| format!("{}/{id}", viewer.settings("bots"))).unwrap_or_default()
}
