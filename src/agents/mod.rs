//! Agents: the members of an account, as their administrators manage them.
pub mod pages;

use crate::{
    auth::{Administrator, Agent, hash_password},
    db::{Db, Tx, types::UserId},
    error::{Error, Result},
    random,
    users::{self, Availability, Member, NewUser, Role, strong_password},
    web::{
        self, Input, Params,
        fields::{Flag, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;

// -- commands --

/// Somebody who is to become a member.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewAgent {
    /// Full name; of no meaning for somebody who is a user already.
    pub name: Text,
    /// Address, as typed: it decides whether they are a user already.
    pub email: Text,
    /// An agent unless said otherwise.
    pub role: Option<Role>,
    /// Online unless said otherwise.
    pub availability: Option<Availability>,
    /// True unless said otherwise.
    pub auto_offline: Option<Flag>,
    /// Their first password; without one nobody knows it. It never replaces the password of a user.
    pub password: Option<Text>,
}

impl Input for NewAgent {
    const ROOT: &'static str = "agent";
}

/// What administrators may change of a member; what is absent stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AgentChanges {
    /// Full name, also in their other accounts.
    pub name: Option<Text>,
    /// What they may do here.
    pub role: Option<Role>,
    /// What they are seen as here.
    pub availability: Option<Availability>,
    /// Whether they count as offline while no client of theirs is connected.
    pub auto_offline: Option<Flag>,
}

impl Input for AgentChanges {
    const ROOT: &'static str = "agent";
}

/// Makes somebody a member of the administrator's account, and a user if they are none yet.
///
/// # Errors
/// [`Error::Invalid`] about `name`, `email` or `password`, or about `user_id` when they are a member already.
pub async fn add(db: &Db, by: &Administrator, new: NewAgent) -> Result<Member> {
    let NewAgent { name, email, role, availability, auto_offline, password } = new;
    let email = users::email_address(&email.0)?;
    let password = match password.map(|password| password.0).filter(|password| !password.is_empty()) {
        Some(password) => strong_password(&password).map(|()| password)?,
        None => random::token()?,
    };
    // before the transaction, although somebody who is a user already does not need it
    let password_hash = hash_password(password).await?;
    let (account, inviter) = (by.account_id(), by.user_id());
    db.write(move |tx| {
        let user = match users::by_email(tx.conn, &email)? {
            Some((user, _)) => user,
            None => users::create(tx, NewUser { name: name.0, email, password_hash })?,
        };
        users::add_member(tx, account, user.id, role.unwrap_or(Role::Agent), Some(inviter))?;
        users::update_member(tx, account, user.id, None, availability, auto_offline.map(|flag| flag.0))
    })
    .await
}

/// Changes a member of the administrator's account.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is none, [`Error::Refused`] when no administrator would be left,
/// [`Error::Invalid`] about `name`.
pub fn change(tx: &mut Tx, by: &Administrator, id: UserId, changes: AgentChanges) -> Result<Member> {
    let AgentChanges { name, role, availability, auto_offline } = changes;
    let account = by.account_id();
    let mut member = users::update_member(tx, account, id, role, availability, auto_offline.map(|flag| flag.0))?;
    if let Some(Text(name)) = name {
        let mut user = users::find_to_change(tx, id)?;
        user.name = name;
        member.user = users::update(tx, &user)?;
    }
    Ok(member)
}

/// Takes somebody out of the administrator's account.
///
/// # Errors
/// [`Error::Refused`] for oneself and for the last administrator, [`Error::NotFound`] for somebody who is no member.
pub fn remove(tx: &mut Tx, by: &Administrator, id: UserId) -> Result<()> {
    if id == by.user_id() {
        return Err(Error::Refused("You cannot remove yourself from the account".into()));
    }
    users::remove_member(tx, by.account_id(), id)
}

// -- api --

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/agents").route(get().to(index)).route(post().to(create)))
        .service(resource("/agents/{id}").route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)));
}

async fn index(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let members = db.read(move |conn| users::members(conn, agent.account_id(), None)).await?;
    Ok(HttpResponse::Ok().json(members.iter().map(users::agent).collect::<Vec<_>>()))
}

async fn create(db: Data<Db>, by: Administrator, Params(new): Params<NewAgent>) -> Result<HttpResponse> {
    let member = add(&db, &by, new).await?;
    Ok(HttpResponse::Ok().json(users::agent(&member)))
}

async fn update(db: Data<Db>, by: Administrator, path: Path<(i64, i64)>, Params(changes): Params<AgentChanges>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let member = db.write(move |tx| change(tx, &by, UserId(id), changes)).await?;
    Ok(HttpResponse::Ok().json(users::agent(&member)))
}

async fn destroy(db: Data<Db>, by: Administrator, path: Path<(i64, i64)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| remove(tx, &by, UserId(id))).await?;
    Ok(web::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::tests::{Answer, NOBODY, PASSWORD, Person, Server, administrator, member, send, server},
        db::{
            Shared,
            tests::{on_each_database, on_each_database_with},
            types::AccountId,
        },
        users::Departures,
    };
    use actix_web::test::TestRequest;
    use serde_json::{Value, json};
    use std::sync::atomic::{AtomicI64, Ordering};

    fn uri(who: &Person, id: Option<UserId>) -> String {
        let id = id.map_or(String::new(), |id| format!("/{id}"));
        format!("/api/v1/accounts/{}/agents{id}", who.account)
    }

    async fn call(server: &Server, method: TestRequest, who: &Person, id: Option<UserId>, body: Value) -> Answer {
        let request = method.uri(&uri(who, id)).insert_header(("api_access_token", who.token.clone()));
        send(server, request.set_json(body)).await
    }

    async fn names(server: &Server, who: &Person) -> Vec<String> {
        let list = call(server, TestRequest::get(), who, None, json!({})).await;
        list.json.as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn new_users_and_known_ones_become_members() {
        on_each_database(async |test| {
            let (ada, account) = administrator(test, "ada@example.org").await;
            let (eve, _) = administrator(test, "eve@example.org").await;
            let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
            let bob = json!({"agent": {"name": "bob", "email": "Bob@example.org", "role": "agent", "availability": "busy",
                "auto_offline": false, "password": PASSWORD}});
            let created = call(&server, TestRequest::post(), &ada, None, bob.clone()).await;
            let id = created.json["id"].as_i64().unwrap();
            let drawn = json!({"id": id, "account_id": account.id, "availability_status": "busy", "auto_offline": false, "confirmed": true,
                "email": "bob@example.org", "provider": "email", "available_name": "bob", "name": "bob", "role": "agent", "thumbnail": ""});
            assert_eq!((created.status.as_u16(), created.json), (200, drawn));
            let again = call(&server, TestRequest::post(), &ada, None, bob).await;
            assert_eq!((again.status.as_u16(), &again.json["attributes"]), (422, &json!(["user_id"])));
            // a known user keeps name and password
            let linked = json!({"name": "X", "email": "eve@example.org", "role": "administrator", "password": "An0ther-one"});
            let linked = call(&server, TestRequest::post(), &ada, None, linked).await;
            assert_eq!((&linked.json["name"], &linked.json["role"]), (&json!("Ada"), &json!("administrator")));
            assert_eq!(linked.json["id"], json!(eve.user.id));
            for (email, password) in [("bob@example.org", PASSWORD), ("eve@example.org", PASSWORD)] {
                let request = TestRequest::post().uri("/auth/sign_in");
                let answer = send(&server, request.set_json(json!({"email": email, "password": password}))).await;
                assert_eq!(answer.status.as_u16(), 200, "{email}");
            }
            for (body, attribute) in [
                (json!({"name": "C"}), "email"),
                (json!({"email": "c@example.org"}), "name"),
                (json!({"name": "C", "email": "c@example.org", "password": "weak"}), "password"),
            ] {
                let refused = call(&server, TestRequest::post(), &ada, None, body).await;
                assert_eq!((refused.status.as_u16(), &refused.json["attributes"]), (422, &json!([attribute])));
            }
            let without = json!({"name": "Aaron", "email": "aaron@example.org"});
            assert_eq!(call(&server, TestRequest::post(), &ada, None, without).await.json["role"], "agent");
            assert_eq!(names(&server, &ada).await, ["Aaron", "Ada", "Ada", "bob"]);
        });
    }

    #[test]
    fn only_administrators_change_members() {
        on_each_database(async |test| {
            let (ada, account) = administrator(test, "ada@example.org").await;
            let (eve, _) = administrator(test, "eve@example.org").await;
            let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
            let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
            let change = json!({"name": "Robert", "role": "administrator"});
            assert_eq!(names(&server, &bob).await, ["Ada", "Bob"]);
            let refused = call(&server, TestRequest::patch(), &bob, Some(bob.user.id), change.clone()).await;
            assert_eq!((refused.status.as_u16(), refused.json["error"].is_string()), (401, true));
            assert_eq!(call(&server, TestRequest::delete(), &bob, Some(ada.user.id), json!({})).await.status.as_u16(), 401);
            assert_eq!(call(&server, TestRequest::post(), &bob, None, json!({})).await.status.as_u16(), 401);
            for stranger in [eve.user.id, NOBODY] {
                assert_eq!(call(&server, TestRequest::patch(), &ada, Some(stranger), change.clone()).await.status.as_u16(), 404);
                assert_eq!(call(&server, TestRequest::delete(), &ada, Some(stranger), json!({})).await.status.as_u16(), 404);
            }
            let changed = call(&server, TestRequest::put(), &ada, Some(bob.user.id), change).await;
            assert_eq!((&changed.json["name"], &changed.json["role"]), (&json!("Robert"), &json!("administrator")));
            let unknown = call(&server, TestRequest::patch(), &ada, Some(bob.user.id), json!({"role": "owner"})).await;
            assert_eq!(unknown.status.as_u16(), 422);
        });
    }

    static LEFT: AtomicI64 = AtomicI64::new(0);

    fn note(_: &mut Tx, _: AccountId, user: UserId) -> Result<()> {
        LEFT.store(user.0, Ordering::SeqCst);
        Ok(())
    }

    #[test]
    fn an_administrator_stays_and_who_leaves_is_announced() {
        on_each_database_with(&Shared::default().with(Departures(vec![note])), async |test| {
            let (ada, account) = administrator(test, "ada@example.org").await;
            let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
            let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
            let oneself = call(&server, TestRequest::delete(), &ada, Some(ada.user.id), json!({})).await;
            assert_eq!((oneself.status.as_u16(), oneself.json["error"].is_string()), (422, true));
            let demoted = call(&server, TestRequest::patch(), &ada, Some(ada.user.id), json!({"role": "agent"})).await;
            assert_eq!((demoted.status.as_u16(), demoted.json["error"].is_string()), (422, true));
            let gone = call(&server, TestRequest::delete(), &ada, Some(bob.user.id), json!({})).await;
            assert_eq!((gone.status.as_u16(), gone.text.as_str(), gone.header("content-type")), (200, "", "application/json"));
            assert_eq!(LEFT.load(Ordering::SeqCst), bob.user.id.0);
            assert_eq!(call(&server, TestRequest::get(), &bob, None, json!({})).await.status.as_u16(), 401);
        });
    }

    #[test]
    fn two_administrators_cannot_remove_each_other() {
        on_each_database(async |test| {
            let (ada, account) = administrator(test, "ada@example.org").await;
            for n in 0..5 {
                let bob = member(test, account.id, "Bob", &format!("bob{n}@example.org"), Role::Administrator).await;
                let (a, b) = (ada.user.id, bob.user.id);
                let outcomes = futures_util::future::join(
                    test.db.write(move |tx| users::update_member(tx, account.id, b, Some(Role::Agent), None, None)),
                    test.db.write(move |tx| users::update_member(tx, account.id, a, Some(Role::Agent), None, None)),
                );
                let outcomes = outcomes.await;
                assert!(outcomes.0.is_ok() != outcomes.1.is_ok());
                test.db.write(move |tx| users::update_member(tx, account.id, a, Some(Role::Administrator), None, None)).await.unwrap();
                test.db.write(move |tx| users::remove_member(tx, account.id, b)).await.unwrap();
            }
        });
    }
}
