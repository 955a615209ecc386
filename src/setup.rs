//! `hookdesk setup`: an account and its administrator, without a browser. `hookdesk password-link`: a way in for somebody, without mail.
//! `hookdesk second-factor-off`: the same for whoever has lost their app and their backup codes.
//! `hookdesk platform-app`: programs of the operator's.
use crate::{
    audit::Author,
    auth::{self, Founding, hash_password},
    cli::PlatformApp,
    config::Config,
    db::{Db, Shared, Tx, types::PlatformAppId},
    error::{Error, Result},
    mail::Mailer,
    platform_api,
    users::{self, User, strong_password},
    web::json::Iso,
};
use serde_json::json;

/// Makes an administrator and an account of theirs, also where there are users already, and beside a running server. Gives
/// the line to print: `{"account_id":1,"user_id":1,"api_access_token":"…"}`.
///
/// # Errors
/// [`Error::Invalid`] with a sentence for people when the address is taken or bad, the password weak, a name blank;
/// [`Error::Internal`] when the database cannot be opened.
pub async fn run(config: &Config, email: String, password: String, name: String, account: String) -> Result<String> {
    strong_password(&password)?;
    let db = Db::open(config, Shared::default())?;
    let founding = Founding { name, email, password_hash: hash_password(password).await?, account_name: account, locale: "en".into() };
    db.write(move |tx| {
        let (user, account) = auth::found(tx, founding)?;
        let token = users::access_token(tx.conn, user.id)?;
        Ok(json!({"account_id": account.id, "user_id": user.id, "api_access_token": token}).to_string())
    })
    .await
}

/// Makes a link with which somebody sets a password, for the operator of this server to hand to them. It takes the place of the one before.
///
/// # Errors
/// [`Error::Refused`] when nobody has that address; [`Error::Internal`] when the database cannot be opened.
pub async fn password_link(config: &Config, address: String) -> Result<String> {
    let db = Db::open(config, Shared::default())?;
    let link = db.write(move |tx| {
        let user = somebody(tx, &address)?;
        auth::issue_password_link(tx, &user, false)
    });
    Ok(link.await?.url(&config.public_url))
}

/// Ends the second factor of somebody who has lost it. Their password stays, and the audit logs of their accounts say so. Gives the line to print.
///
/// # Errors
/// [`Error::Refused`] when nobody has that address, or they have no second factor; [`Error::Internal`] when the database cannot be opened.
pub async fn second_factor_off(config: &Config, address: String) -> Result<String> {
    let db = Db::open(config, Shared::default().with(Mailer::new(config)?))?;
    let done = db.write(move |tx| {
        let user = somebody(tx, &address)?;
        auth::switch_off_second_factor(tx, &user, &Author::command_line())?;
        Ok(format!("{} signs in with the password alone.", user.email))
    });
    done.await
}

fn somebody(tx: &mut Tx, address: &str) -> Result<User> {
    let address = address.trim().to_lowercase();
    let found = users::by_email(tx.conn, &address)?.ok_or_else(|| Error::Refused(format!("Nobody has the address {address}.")))?;
    Ok(found.0)
}

/// Makes, lists or deletes programs of the operator's; gives the line or lines to print, each an object.
///
/// # Errors
/// [`Error::Invalid`] about `name`; [`Error::Refused`] when there is none of that id; [`Error::Internal`] when the database cannot be opened.
pub async fn arrange_apps(config: &Config, what: PlatformApp) -> Result<String> {
    let db = Db::open(config, Shared::default())?;
    match what {
        PlatformApp::Create(name) => {
            let (app, token) = db.write(move |tx| platform_api::create_app(tx, &name)).await?;
            Ok(json!({"id": app.id, "name": app.name, "api_access_token": token}).to_string())
        }
        PlatformApp::List => {
            let apps = db.read(platform_api::apps).await?;
            let line = |app: &platform_api::PlatformApp| json!({"id": app.id, "name": app.name, "created_at": Iso(app.created_at)}).to_string();
            Ok(apps.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        PlatformApp::Delete(id) => {
            let missing = |e| if matches!(e, Error::NotFound) { Error::Refused(format!("There is no platform app {id}.")) } else { e };
            db.write(move |tx| platform_api::delete_app(tx, PlatformAppId(id))).await.map_err(missing)?;
            Ok(json!({"id": id, "deleted": true}).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::enter,
        config::Database,
        db::tests::{TestDb, on_each_database},
        users::Role,
    };
    use serde_json::Value;

    async fn set_up(test: &TestDb, email: &str, password: &str) -> Result<Value> {
        let line = run(&test.config, email.into(), password.into(), "Ada".into(), "Acme".into()).await?;
        assert!(!line.contains('\n'));
        serde_json::from_str(&line).map_err(Error::internal)
    }

    #[test]
    fn twice_beside_an_open_database() {
        on_each_database(async |test| {
            let first = set_up(test, "ada@example.org", "Passw0rd!").await.unwrap();
            let second = set_up(test, "bob@example.org", "Passw0rd!").await.unwrap();
            assert_ne!(first["account_id"], second["account_id"]);
            let token = second["api_access_token"].as_str().unwrap().to_owned();
            let account = second["account_id"].as_i64().unwrap();
            let agent = test.db.read(move |conn| {
                let user = users::by_access_token(conn, &token)?.ok_or(Error::NotFound)?;
                enter(conn, user, crate::db::types::AccountId(account))
            });
            let agent = agent.await.unwrap();
            assert_eq!((agent.user.email.as_str(), agent.membership.role), ("bob@example.org", Role::Administrator));
            for (email, password, attribute) in
                [("ADA@example.org", "Passw0rd!", "email"), ("ada", "Passw0rd!", "email"), ("eve@example.org", "password", "password")]
            {
                let refused = set_up(test, email, password).await;
                assert!(matches!(refused, Err(Error::Invalid { attributes, .. }) if attributes == [attribute]), "{email}");
            }
        });
    }

    #[test]
    fn the_operator_makes_a_link() {
        on_each_database(async |test| {
            set_up(test, "ada@example.org", "Passw0rd!").await.unwrap();
            let nobody = password_link(&test.config, "eve@example.org".into()).await;
            assert!(matches!(nobody, Err(Error::Refused(sentence)) if sentence.contains("eve@example.org")));
            let (first, second) = (
                password_link(&test.config, " Ada@example.org".into()).await.unwrap(),
                password_link(&test.config, "ada@example.org".into()).await.unwrap(),
            );
            let page = format!("{}app/password/edit?reset_password_token=", test.config.public_url);
            assert!(first.starts_with(&page) && second.starts_with(&page) && first != second, "{first} {second}");
        });
    }

    #[test]
    fn the_operator_makes_lists_and_deletes_programs() {
        on_each_database(async |test| {
            let arrange = |what| arrange_apps(&test.config, what);
            assert_eq!(arrange(PlatformApp::List).await.unwrap(), "");
            let made = arrange(PlatformApp::Create("Shop".into())).await.unwrap();
            let made: Value = serde_json::from_str(&made).unwrap();
            let token = made["api_access_token"].as_str().unwrap();
            let listed = arrange(PlatformApp::List).await.unwrap();
            assert!(listed.starts_with(&format!(r#"{{"id":{},"name":"Shop","created_at":"#, made["id"])) && !listed.contains(token), "{listed}");
            let id = made["id"].as_i64().unwrap();
            assert_eq!(arrange(PlatformApp::Delete(id)).await.unwrap(), format!(r#"{{"id":{id},"deleted":true}}"#));
            assert!(matches!(arrange(PlatformApp::Delete(id)).await, Err(Error::Refused(_))));
            assert!(matches!(arrange(PlatformApp::Create(" ".into())).await, Err(Error::Invalid { attributes, .. }) if attributes == ["name"]));
        });
    }

    #[test]
    fn the_folder_is_made_and_failures_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults().unwrap();
        config.database = Database::Sqlite(folder.path().join("a/b/hookdesk.db"));
        let set_up = |config: Config| async move { run(&config, "a@b.example".into(), "Passw0rd!".into(), "A".into(), "B".into()).await };
        let system = actix_rt::System::new();
        let line = system.block_on(set_up(config.clone())).unwrap();
        assert!(line.starts_with(r#"{"account_id":1,"user_id":1,"api_access_token":""#), "{line}");
        std::fs::write(folder.path().join("file"), "").unwrap();
        config.database = Database::Sqlite(folder.path().join("file/hookdesk.db"));
        let error = system.block_on(set_up(config)).unwrap_err().to_string();
        assert!(error.contains("cannot make the folder"), "{error}");
    }
}
