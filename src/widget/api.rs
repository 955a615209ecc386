//! `/api/v1/widget`: what the widget needs when it starts, and what it tells besides writing.
use super::{
    began::Began,
    browser::Browser,
    contact_api, conversations_api,
    door::{Asked, Coming, Door, Nothing, Shown},
    limits, messages_api,
    payload::{self, ConfigJson, MemberJson, Refused},
    triggered,
};
use crate::{
    campaigns::{self, WidgetCampaign},
    checks::not_too_large,
    config::Config,
    conversations,
    db::{Db, DbConn, Tx},
    error::{Error, Result},
    files::{self, Announced, DirectUploadJson, Links},
    inboxes, labels,
    storage::Storage,
    web::{
        Input, Params, any_site,
        envelopes::Payload,
        fields::{List, Object, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, scope},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes. Any site may call them: whoever shows no session gets no further than what the site's pages show to everybody.
pub fn routes(cfg: &mut ServiceConfig) {
    let part = parts();
    cfg.service(scope(part.path()).wrap(any_site()).configure(|cfg| part.register(cfg)));
}

/// What they are.
pub fn parts() -> Routes {
    let mut all = Routes::below("/api/v1/widget");
    all.at("/config", |at| at.post("Begins a session, or goes on with one", config).answers::<ConfigJson>())
        .at("/inbox_members", |at| at.get("Who answers", inbox_members).answers::<Payload<Vec<MemberJson>>>())
        .at("/campaigns", |at| at.get("What the website says by itself", shown_campaigns).answers::<Vec<WidgetCampaign>>())
        .at("/events", |at| at.post("Tells what the visitor has done", tell).with_status(204))
        .at("/labels", |at| at.post("Puts a label of the account on the conversation", add_label).with_status(204))
        .at("/labels/{label}", |at| at.delete("Takes a label off the conversation", remove_label).with_status(204))
        .at("/direct_uploads", |at| at.post("Announces a file that a message names later", announce).answers::<DirectUploadJson>());
    contact_api::routes(&mut all);
    conversations_api::routes(&mut all);
    messages_api::routes(&mut all);
    all.or::<Refused>(401, "The account is suspended, or who one is has not been proved")
}

async fn config(db: Data<Db>, config: Data<Config>, coming: Coming, shown: Result<Shown>, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (website, Nothing {}) = params.0.parts();
    let token = shown.ok().map(|shown| shown.token().to_owned());
    let began = Began::at(&db, &config, &coming, website, token).await?;
    Ok(HttpResponse::Ok().json(began.drawn(&config)))
}

async fn inbox_members(db: Data<Db>, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (website, Nothing {}) = params.0.parts();
    let work = move |conn: &mut DbConn| {
        let door = Door::find(conn, &website)?;
        inboxes::members(conn, door.account.id, door.inbox.id)
    };
    let members = db.read(work).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: members.iter().map(payload::member).collect::<Vec<_>>() }))
}

async fn shown_campaigns(db: Data<Db>, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (website, Nothing {}) = params.0.parts();
    let work = move |conn: &mut DbConn| {
        let door = Door::find(conn, &website)?;
        campaigns::shown_on(conn, door.inbox.id)
    };
    let shown = db.read(work).await?;
    Ok(HttpResponse::Ok().json(campaigns::in_widget(&shown)))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Telling {
    /// `webwidget.triggered` when the chat is opened; `campaign.triggered` when the visitor looks closer at a campaign, of which `event_info` says
    /// the `campaign_id` and may say `custom_attributes`. Others are taken, and nothing follows from them.
    name: Text,
    /// What is known of the page, up to 64 KiB.
    event_info: Object,
    /// The language that the widget speaks.
    locale: Patch<Text>,
}

impl Input for Telling {}

/// What opening the chat is called on this wire.
const OPENED: &str = "webwidget.triggered";

async fn tell(db: Data<Db>, browser: Browser, shown: Shown, params: Params<Asked<Telling>>) -> Result<HttpResponse> {
    let is_campaign = params.0.said().name.0 == triggered::NAME;
    let (guest, Telling { name, event_info, locale }) = shown.asks(params.0, if is_campaign { limits::CONVERSATIONS } else { limits::EVENTS })?;
    if is_campaign {
        return triggered::begin(&db, &browser, guest, event_info.0).await;
    }
    if name.0 != OPENED {
        db.read(move |conn: &mut DbConn| guest.visitor(conn)).await?;
        return Ok(HttpResponse::NoContent().finish());
    }
    not_too_large("event_info", &event_info.0)?;
    let about = browser.told(event_info.0, locale.set().map(|locale| locale.0));
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        conversations::open_widget(tx, &visitor, &about)
    };
    db.write(work).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Labelling {
    /// The title of a label of the account; any other is left out.
    label: Text,
}

impl Input for Labelling {}

async fn add_label(db: Data<Db>, shown: Shown, params: Params<Asked<Labelling>>) -> Result<HttpResponse> {
    let (guest, Labelling { label }) = shown.asks(params.0, limits::CHANGES)?;
    let wanted = labels::titles(&List(vec![label]))?;
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let Some(mut thread) = visitor.latest(tx.conn)? else { return Ok(()) };
        conversations::add_labels(tx, &mut thread, &visitor.contact.actor(), &wanted)
    };
    db.write(work).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn remove_label(db: Data<Db>, shown: Shown, path: Path<String>, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (guest, Nothing {}) = shown.asks(params.0, limits::CHANGES)?;
    let unwanted = labels::titles(&List(vec![Text(path.replace('\0', ""))]))?;
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let Some(mut thread) = visitor.latest(tx.conn)? else { return Ok(()) };
        let left = labels::changed(&thread.conversation.labels.0, &[], &unwanted)?;
        conversations::set_labels(tx, &mut thread, &visitor.contact.actor(), left)
    };
    db.write(work).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn announce(db: Data<Db>, links: Data<Links>, storage: Data<Storage>, shown: Shown, params: Params<Asked<Announced>>) -> Result<HttpResponse> {
    let (guest, said) = shown.asks(params.0, limits::FILES)?;
    let said = said.read()?;
    if !said.content_type.is_empty() && !files::may_be_sent_on_websites(&said.content_type) {
        return Err(Error::Refused(format!("content_type: files of the type {} are not taken in a website's inbox", said.content_type)));
    }
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        files::announce(tx, &storage, visitor.account.id, said)
    };
    let announced = db.write(work).await?;
    Ok(HttpResponse::Ok().json(files::direct_upload(&announced, &links)))
}
