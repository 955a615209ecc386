//! What is answered where.
use crate::{
    agents, auth, automation_rules, bots, campaigns, canned_responses, contact_jobs, contacts, conversations, custom_attributes, custom_filters,
    dashboard_apps,
    db::Db,
    description::{self, Description},
    error::{Error, Result},
    files, help_centre, inboxes, integrations, labels, live, macros, notifications, operations, platform_api, profile, public_api, reports,
    service_keys, settings, surveys, teams, test_receivers,
    web::{
        self,
        routes::Routes,
        shell::{Bell, NoticeBoard},
    },
    webhooks, widget,
};
use actix_web::{
    HttpResponse,
    middleware::from_fn,
    web::{Data, ServiceConfig, get, head, resource, scope},
};
use serde_json::{Value, json};

/// The Chatwoot version whose API this is: the mobile app asks for it.
const API_VERSION: &str = "4.16.2";

/// What the API says about itself.
static DESCRIPTION: Description = Description::new(|| document().to_string());

/// Rooms that list their routes.
type Rooms = &'static [fn(&mut Routes)];

/// What a user has whatever the account.
const OF_USER: Rooms = &[profile::api::routes, notifications::api::user_routes];

/// What belongs to an account.
const OF_ACCOUNT: Rooms = &[
    // first what is asked for most: a router tries one after the other
    conversations::search_api::routes,
    conversations::api::routes,
    agents::api::routes,
    bots::api::routes,
    service_keys::api::routes,
    canned_responses::api::routes,
    dashboard_apps::api::routes,
    labels::api::routes,
    teams::api::routes,
    custom_attributes::api::routes,
    custom_filters::api::routes,
    inboxes::api::routes,
    campaigns::api::routes,
    contact_jobs::api::routes,
    contacts::api::routes,
    surveys::api::routes,
    help_centre::api::routes,
    reports::events_routes,
    webhooks::api::routes,
    integrations::api::routes,
    test_receivers::api::routes,
    notifications::api::routes,
    automation_rules::api::routes,
    macros::api::routes,
    settings::routes,
];

/// What belongs to an account in the API's second version.
const OF_ACCOUNT_V2: Rooms = &[reports::api::routes];

fn below(path: &str, rooms: Rooms) -> Routes {
    let mut routes = Routes::below(path);
    rooms.iter().for_each(|room| room(&mut routes));
    routes
}

/// The OpenAPI document of everything that programs can do here.
pub fn document() -> Value {
    let (of_user, of_account) = (below("/api/v1", OF_USER), below("/api/v1/accounts/{account_id}", OF_ACCOUNT));
    let second = below("/api/v2/accounts/{account_id}", OF_ACCOUNT_V2);
    let parts = [below("", &[auth::routes, auth::sign_up_routes]), of_user, of_account, second]
        .into_iter()
        .chain(public_api::parts())
        .chain([widget::parts(), platform_api::part()]);
    description::document(&parts.flat_map(Routes::operations).collect::<Vec<_>>())
}

/// A node that only delivers is asked by nobody but those who watch over it.
pub fn of_worker(cfg: &mut ServiceConfig) {
    cfg.service(resource("/health").route(get().to(health)).route(head().to(health))).default_service(actix_web::web::to(nothing));
}

/// A node that people and programs talk to.
pub fn all(cfg: &mut ServiceConfig) {
    cfg.configure(what_people_are_told);
    cfg.service(resource("/health").route(get().to(health)).route(head().to(health)))
        .service(resource("/api").route(get().to(api)).route(head().to(api)));
    cfg.app_data(Data::new(&DESCRIPTION)).service(resource("/api/openapi.json").route(get().to(description::json)));
    // before what is for people who are signed in: the widget is called from other sites
    cfg.configure(widget::routes).configure(widget::pages::routes).configure(|cfg| below("", &[auth::sign_up_routes]).register(cfg));
    cfg.service(
        scope("/api/v1")
            .wrap(from_fn(auth::credentials_first))
            .wrap(from_fn(auth::echo_session))
            .configure(|cfg| below("", OF_USER).register(cfg))
            .service(scope("/accounts/{account_id}").configure(|cfg| below("", OF_ACCOUNT).register(cfg))),
    );
    cfg.service(
        scope("/api/v2/accounts/{account_id}")
            .wrap(from_fn(auth::credentials_first))
            .wrap(from_fn(auth::echo_session))
            .configure(|cfg| below("", OF_ACCOUNT_V2).register(cfg)),
    );
    // before the start page: a help centre may have a host of its own
    cfg.configure(help_centre::site::routes);
    cfg.configure(|cfg| below("", &[auth::routes]).register(cfg)).configure(auth::pages::start_routes).configure(public_api::routes);
    cfg.configure(platform_api::routes);
    cfg.configure(live::api::routes).configure(files::api::routes).configure(web::assets::routes).configure(test_receivers::routes);
    cfg.service(
        scope("/app")
            .wrap(from_fn(web::serve_page))
            .default_service(actix_web::web::to(no_page))
            .configure(auth::pages::routes)
            .configure(profile::pages::routes)
            .configure(description::pages::routes)
            .configure(notifications::pages::routes)
            .service(scope("/accounts/{account_id}/settings").default_service(actix_web::web::to(no_page)).configure(settings_pages)),
    );
    cfg.service(scope("/survey").wrap(from_fn(web::serve_page)).default_service(actix_web::web::to(no_page)).configure(public_api::pages::routes));
    cfg.default_service(actix_web::web::to(nothing));
}

/// The pages on which an account is arranged.
fn settings_pages(cfg: &mut ServiceConfig) {
    cfg.configure(settings::pages::routes)
        .configure(agents::pages::routes)
        .configure(bots::pages::routes)
        .configure(service_keys::pages::routes)
        .configure(canned_responses::pages::routes)
        .configure(labels::pages::routes)
        .configure(teams::pages::routes)
        .configure(custom_attributes::pages::routes)
        .configure(inboxes::pages::routes)
        .configure(contact_jobs::pages::routes)
        .configure(campaigns::pages::routes)
        .configure(automation_rules::pages::routes)
        .configure(macros::pages::routes)
        .configure(help_centre::pages::routes)
        .configure(reports::pages::routes)
        .configure(surveys::pages::routes)
        .configure(integrations::pages::routes)
        .configure(dashboard_apps::pages::routes)
        .configure(webhooks::pages::routes)
        .configure(test_receivers::pages::routes)
        .configure(operations::pages::routes);
}

/// What clients of this API know for a path that leads nowhere; a record that is missing looks different.
async fn nothing() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"status": 404, "error": "Not Found"}))
}

/// The same for people.
async fn no_page() -> Result<HttpResponse> {
    Err(Error::NotFound)
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "woot"}))
}

async fn api(db: Data<Db>) -> Result<HttpResponse> {
    let data_services = if db.answers().await { "ok" } else { "failing" };
    let timestamp = chrono::Utc::now().format("%Y-%m-%d %H:%M:%S").to_string();
    Ok(HttpResponse::Ok()
        .json(json!({"version": API_VERSION, "timestamp": timestamp, "queue_services": data_services, "data_services": data_services})))
}

/// Who has something to say to people, on their pages and in their notifications.
fn what_people_are_told(cfg: &mut ServiceConfig) {
    cfg.app_data(Data::new(NoticeBoard(vec![webhooks::notices])))
        .app_data(Data::new(Bell(notifications::unread_for_bell)))
        .app_data(Data::new(super::tellers()));
}
