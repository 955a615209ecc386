//! What the tests of every room above need: people in a database, and requests as clients send them.
use super::{Founding, SignInLimits, found, hash_password};
use crate::{
    accounts::Account,
    db::{
        testing::TestDb,
        types::{AccountId, UserId},
    },
    users::{self, NewUser, Role, User},
};

use actix_web::{
    App,
    dev::Service,
    http::{StatusCode, header::HeaderMap},
    middleware::from_fn,
    test::{TestRequest, init_service, read_body},
    web::{Data, ServiceConfig},
};
use futures_core::future::LocalBoxFuture;
use serde_json::Value;
use std::rc::Rc;

/// The password of everybody here.
pub const PASSWORD: &str = "Passw0rd!";

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null when there is none or it is no JSON.
    pub json: Value,
    /// Its body as it is.
    pub text: String,
}

impl Answer {
    /// A header's text; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| std::str::from_utf8(value.as_bytes()).unwrap())
    }
}

/// A user with an access token and their place in an account.
#[derive(Debug)]
pub struct Person {
    /// Who.
    pub user: User,
    /// Where.
    pub account: AccountId,
    /// Their access token.
    pub token: String,
}

/// An account named after its administrator.
pub async fn administrator(test: &TestDb, email: &str) -> (Person, Account) {
    let founding = Founding {
        name: "Ada".into(),
        email: email.into(),
        password_hash: hash_password(PASSWORD.into()).await.unwrap(),
        account_name: format!("{email}'s"),
        locale: "en".into(),
    };
    let make = test.db.write(move |tx| {
        let (user, account) = found(tx, founding)?;
        let token = users::access_token(tx.conn, user.id)?;
        Ok((user, account, token))
    });
    let (user, account, token) = make.await.unwrap();
    (
        Person {
            user,
            account: account.id,
            token,
        },
        account,
    )
}

/// One more member of an account.
pub async fn member(test: &TestDb, account: AccountId, name: &str, email: &str, role: Role) -> Person {
    let new = NewUser {
        name: name.into(),
        email: email.into(),
        password_hash: hash_password(PASSWORD.into()).await.unwrap(),
    };
    let make = test.db.write(move |tx| {
        let user = users::create(tx, new)?;
        users::add_member(tx, account, user.id, role, None)?;
        let token = users::access_token(tx.conn, user.id)?;
        Ok(Person { user, account, token })
    });
    make.await.unwrap()
}

/// The id of nobody.
pub const NOBODY: UserId = UserId(987_654_321);

/// A server that answers in this thread.
pub struct Server(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>);

/// A server with these routes.
pub async fn server(test: &TestDb, limits: bool, routes: impl FnOnce(&mut ServiceConfig)) -> Server {
    let app = App::new()
        .app_data(Data::new(test.db.clone()))
        .app_data(Data::new(test.config.clone()))
        .app_data(Data::new(SignInLimits::new(limits)))
        .wrap(from_fn(super::echo_session))
        .configure(routes);
    let service = Rc::new(init_service(app).await);
    Server(Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            let request = request.peer_addr("192.0.2.7:4711".parse().unwrap()).to_request();
            let response = service.call(request).await.unwrap_or_else(|e| panic!("{e}"));
            let (status, headers) = (response.status(), response.headers().clone());
            let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
            Answer {
                status,
                headers,
                json: serde_json::from_str(&text).unwrap_or_default(),
                text,
            }
        })
    }))
}

/// Sends a request and reads the answer.
pub async fn send(server: &Server, request: TestRequest) -> Answer {
    (server.0)(request).await
}
