//! Who calls: an app, by its token, before anything is said about what it asks.
use super::{model::PlatformApp, queries};
use crate::{
    audit::{Author, Origin},
    auth::Credentials,
    db::{Db, types::PlatformAppId},
    error::{Error, Result},
    random::digest,
    web::{
        ClientInfo,
        plain::missing,
        routes::{Caller, Part, Taken},
    },
};
use actix_web::{
    Error as ActixError, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use std::future::{Ready, ready};

/// An app that has shown its token.
#[derive(Debug, Clone)]
pub(super) struct Platform {
    app: PlatformApp,
    origin: Origin,
}

impl Platform {
    /// The app's id.
    pub fn id(&self) -> PlatformAppId {
        self.app.id
    }

    /// The app, as the audit log names it.
    pub fn author(&self) -> Author {
        self.app.author(self.origin.clone())
    }
}

/// Middleware: whoever is no app is told so before anything else, and what is missing is told by status alone.
pub(super) async fn known_first(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, ActixError> {
    match look_up(request.request()).await {
        Ok(platform) => {
            request.extensions_mut().insert(platform);
            Ok(missing(request, next).await?.map_into_left_body())
        }
        Err(e) => Ok(request.into_response(e.error_response()).map_into_right_body()),
    }
}

async fn look_up(request: &HttpRequest) -> Result<Platform> {
    let unknown = || Error::Unauthorized("Invalid access_token".into());
    let db = request.app_data::<Data<Db>>().ok_or_else(|| Error::Internal("no database in the application".into()))?.clone();
    let Credentials::Token(token) = Credentials::of(request) else { return Err(unknown()) };
    let client = ClientInfo::extract(request).await?;
    let app = db.read(move |conn| queries::by_token(conn, &digest(&token))).await?.ok_or_else(unknown)?;
    Ok(Platform { app, origin: Origin::from(&client) })
}

impl FromRequest for Platform {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Platform>().cloned();
        ready(known.ok_or_else(|| Error::Internal("a route of the platform API outside of it".into())))
    }
}

impl Part for Platform {
    fn tell(taken: &mut Taken) {
        taken.caller = Caller::PlatformApp;
    }
}
