//! What a rule would have done: its conditions are held against the newest conversations as they are now, and nothing is changed.
use super::{At, list_url};
use crate::{
    actions,
    auth::AdministratorPage,
    automation_rules::{
        conditions::{self, Scene},
        queries,
    },
    conversations,
    db::{Db, DbConn},
    error::{Error, Result},
    events::EventName,
    web::{html, shell::Shell},
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;

/// How many conversations are looked at.
const LOOKED_AT: i64 = 50;

/// A conversation for which the rule would be.
struct Match {
    number: String,
    message: String,
}

#[derive(Template)]
#[template(path = "automation_rules/try.html")]
struct TryPage {
    page: Shell,
    url: String,
    name: String,
    /// Why its conditions cannot be asked.
    flaw: Option<String>,
    looked: String,
    heading: String,
    matches: Vec<Match>,
    done: Vec<String>,
    supposes_changes: bool,
}

pub(super) async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, id), account, language) = (path.into_inner(), administrator.account_id(), page.lang);
    let work = move |conn: &mut DbConn| {
        let rule = queries::find(conn, account, id)?;
        let done = actions::in_words(&rule.actions.0, &actions::named(conn, account)?, language);
        let filter = match rule.read_conditions(conn) {
            Err(Error::Refused(why)) => return Ok((rule, done, Some(why), 0, Vec::new())),
            read => read?,
        };
        let newest = conversations::newest(conn, account, LOOKED_AT)?;
        let mut matches = Vec::new();
        for conversation in &newest {
            // of a rule about messages the newest one is taken
            let message = match rule.event_name {
                EventName::MessageCreated => conversations::newest_message(conn, conversation.id)?,
                _ => None,
            };
            let said = rule.event_name != EventName::MessageCreated || message.is_some();
            let scene = Scene { conversation: conversation.id, message: message.as_ref(), changes: None };
            if said && conditions::hold(conn, filter.as_ref(), scene)? {
                matches.push((conversation.clone(), message));
            }
        }
        Ok((rule, done, None, newest.len(), matches))
    };
    let (rule, done, flaw, looked_at, found) = db.read(work).await?;
    let count = |key: &str, number: usize| page.ta(key, &[("count", (number as i64).into())]);
    let (looked, heading) = (count("rule-try-looked", looked_at), count("rule-try-matches", found.len()));
    let matches = found.into_iter().map(|(conversation, message)| Match {
        number: format!("#{}", conversation.display_id),
        message: message.and_then(|message| message.content).map(|text| crate::checks::beginning(&text, 100)).unwrap_or_default(),
    });
    html(&TryPage {
        url: format!("{}/{}", list_url(&page), rule.id),
        name: rule.name,
        flaw: flaw.map(|why| page.ta("rule-flaw-conditions", &[("why", why.as_str().into())])),
        looked,
        heading,
        matches: matches.collect(),
        done,
        supposes_changes: rule.conditions.0.iter().any(|one| one.get("filter_operator").is_some_and(|said| said == "attribute_changed")),
        page,
    })
}
