//! `/api/v1/widget/contact`: who the visitor is.
use super::{
    browser::is_page,
    door::{Asked, Door, Nothing, Shown},
    limits,
    payload::{self, IdentifiedJson, KnownJson},
};
use crate::{
    checks,
    config::Config,
    contacts::{self, ContactInput, RawContact},
    conversations::Visitor,
    db::{Db, DbConn, Tx},
    error::Result,
    inboxes::Claim,
    random,
    users::email_address,
    web::{
        Input, Params,
        fields::{List, Object, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/widget`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contact", |at| {
        let at = at.get("What is known of the visitor", show).answers::<KnownJson>();
        at.patch("Says who the visitor is", update).answers::<IdentifiedJson>()
    });
    to.at("/contact/set_user", |at| at.patch("Says as whom the visitor is signed in on the site", set_user).answers::<IdentifiedJson>());
    to.at("/contact/destroy_custom_attributes", |at| {
        at.post("Takes custom attributes of the visitor away", destroy_custom_attributes).answers::<RawContact>()
    });
}

async fn show(db: Data<Db>, shown: Shown, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (guest, Nothing {}) = shown.asks(params.0, limits::ANY)?;
    let visitor = db.read(move |conn: &mut DbConn| guest.visitor(conn)).await?;
    Ok(HttpResponse::Ok().json(payload::known(&visitor.sees())))
}

/// What a visitor, or their site, says of who they are. What is blank is not said; an address, a number or a link that is none is left out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Introduction {
    /// Up to 255 characters.
    pub name: Patch<Text>,
    /// An e-mail address.
    pub email: Patch<Text>,
    /// E.164.
    pub phone_number: Patch<Text>,
    /// Up to 2048 characters.
    pub avatar_url: Patch<Text>,
    /// What the business's own system calls them.
    pub identifier: Patch<Text>,
    /// The proof of `identifier`: its HMAC-SHA256 with the key of the inbox, in hexadecimal digits.
    pub identifier_hash: Patch<Text>,
    /// Merged into what is there.
    pub custom_attributes: Patch<Object>,
    /// Merged into what is there.
    pub additional_attributes: Patch<Object>,
}

impl Input for Introduction {
    const ROOT: &'static str = "contact";
}

/// A text that says something.
fn said(text: Patch<Text>) -> Option<String> {
    text.set().map(|text| text.0.trim().to_owned()).filter(|text| !text.is_empty())
}

fn patch(text: Option<String>) -> Patch<Text> {
    text.map_or(Patch::Absent, |text| Patch::Set(Text(text)))
}

impl Introduction {
    /// What is claimed, and what is said of the contact.
    pub fn read(self) -> (Claim, ContactInput) {
        let Introduction { name, email, phone_number, avatar_url, identifier, identifier_hash, custom_attributes, additional_attributes } = self;
        let claim = Claim { identifier: said(identifier), hash: said(identifier_hash) };
        let input = ContactInput {
            name: patch(said(name)),
            email: patch(said(email).filter(|email| email_address(email).is_ok())),
            phone_number: patch(said(phone_number).filter(|number| checks::phone_number(number).is_ok())),
            identifier: patch(claim.identifier.clone()),
            avatar_url: patch(said(avatar_url).filter(|url| is_page(url))),
            custom_attributes,
            additional_attributes,
            ..ContactInput::default()
        };
        (claim, input)
    }
}

async fn update(db: Data<Db>, shown: Shown, params: Params<Asked<Introduction>>) -> Result<HttpResponse> {
    let (guest, said) = shown.asks(params.0, limits::CONTACT)?;
    let (claim, input) = said.read();
    let work = move |tx: &mut Tx| {
        let (door, mut visitor) = guest.at_the_door(tx.conn)?;
        // who leaves an address has nothing to prove; who says as whom the business knows them has
        let proved = (claim.identifier.is_some() || claim.hash.is_some()) && door.check(&claim)?;
        visitor.introduce(tx, input)?;
        if proved {
            visitor.prove(tx, claim.identifier.as_deref())?;
        }
        Ok(visitor.sees())
    };
    let seen = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::identified(&seen, None)))
}

async fn set_user(db: Data<Db>, config: Data<Config>, shown: Shown, params: Params<Asked<Introduction>>) -> Result<HttpResponse> {
    let (guest, said) = shown.asks(params.0, limits::USER)?;
    let (claim, input) = said.read();
    let life = config.widget_token_expiry.as_secs();
    let work = move |tx: &mut Tx| {
        let (door, mut visitor) = guest.at_the_door(tx.conn)?;
        let proved = door.check(&claim)?;
        visitor.await_turn(tx, &input)?;
        let mut token = None;
        // a browser that somebody else has used before
        if let (Some(known), Some(identifier)) = (&visitor.contact.identifier, &claim.identifier)
            && known != identifier
        {
            visitor = another(tx, &door, &visitor, identifier, proved)?;
            token = Some(door.token(&visitor.session.source_id, life)?);
        }
        visitor.introduce(tx, input)?;
        if proved {
            visitor.prove(tx, claim.identifier.as_deref())?;
        }
        Ok((visitor.sees(), token))
    };
    let (seen, token) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::identified(&seen, token.as_deref())))
}

/// The session of somebody else in the browser of a visitor. Its name follows from that of the session before and from who it is now, in a way
/// that nobody else can follow: whoever says the same twice at once gets one session. One that was proved to be somebody's is not given to
/// whoever only says so.
fn another(tx: &mut Tx, door: &Door, before: &Visitor, identifier: &str, proved: bool) -> Result<Visitor> {
    let mut name = door.name_after(&before.session.source_id, identifier, proved)?;
    if let Some((session, contact)) = contacts::session(tx.conn, door.inbox.id, &name)?
        && (contact.identifier.as_deref() != Some(identifier) || session.hmac_verified && !proved)
    {
        name = random::uuid();
    }
    let input = ContactInput { identifier: Patch::Set(Text(identifier.to_owned())), ..ContactInput::default() };
    let (session, contact) = contacts::find_or_create_visitor(tx, &door.account, &door.inbox, Some(name), input)?;
    Ok(Visitor { session, contact, ..before.clone() })
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Forgetting {
    /// The keys.
    custom_attributes: List<Text>,
}

impl Input for Forgetting {}

async fn destroy_custom_attributes(db: Data<Db>, shown: Shown, params: Params<Asked<Forgetting>>) -> Result<HttpResponse> {
    let (guest, Forgetting { custom_attributes }) = shown.asks(params.0, limits::CHANGES)?;
    let keys: Vec<String> = custom_attributes.0.into_iter().map(|key| key.0).collect();
    let work = move |tx: &mut Tx| {
        let mut visitor = guest.visitor(tx.conn)?;
        visitor.contact = contacts::forget_own_attributes(tx, &visitor.account, &mut visitor.session, &keys)?;
        Ok(visitor.sees())
    };
    let seen = db.write(work).await?;
    Ok(HttpResponse::Ok().json(contacts::raw(&seen)))
}
