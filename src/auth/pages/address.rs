//! The page to which a link for another address leads.
use super::{AnyonePage, ClientInfo, Db, Error, Flash, Form, FormErrors, Params, Result, Shell, SignInLimits, Text, html, refused, see_other};
use crate::auth::address::{self, NewAddress};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;

/// The page, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/address/edit").route(get().to(edit)).route(post().to(set)));
}

/// The page of a link; without an address the link is used up or too old.
#[derive(Template)]
#[template(path = "auth/new_address.html")]
struct NewAddressPage {
    page: Shell,
    address: Option<String>,
    token: String,
    errors: FormErrors,
}

async fn new_address(db: &Db, page: Shell, Text(token): Text, errors: FormErrors) -> Result<NewAddressPage> {
    let asked = token.clone();
    let wish = db.read(move |conn| address::wish(conn, &asked)).await?;
    Ok(NewAddressPage { page, address: wish.map(|(_, address)| address), token, errors })
}

async fn edit(db: Data<Db>, AnyonePage { shell: page, .. }: AnyonePage, params: Params<NewAddress>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_address(&db, page, params.0.confirmation_token, errors).await?)
}

async fn set(
    db: Data<Db>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<NewAddress>,
) -> Result<HttpResponse> {
    let (token, mut errors) = (form.0.confirmation_token.clone(), FormErrors::new(page.lang));
    match address::set(&db, &limits, form.0, &client).await {
        Ok(_) => return Ok(see_other("/", Some(Flash::notice("flash-address-set")))),
        Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
        Err(Error::Invalid { attributes, .. }) if attributes == ["current_password"] => errors.add("current_password", "error-wrong-password"),
        Err(error) => errors = errors.refuse(error)?,
    }
    refused(&new_address(&db, page, token, errors).await?)
}
