//! `hookdesk seed`: an account of any size to try things on, with conversations as people have them, in English and in Thai.
mod chance;
mod commands;
mod plan;
mod words;

use crate::{
    auth::{self, Administrator, Founding, hash_password},
    cli,
    config::Config,
    db::{
        Db, Shared,
        types::{AccountId, ContactId, UserId, now},
    },
    error::Result,
    random, users,
};
use chance::Chance;
use commands::Desk;
use plan::{Plan, Talk};
use serde_json::json;
use std::{sync::Arc, time::Instant};
use words::{ENGLISH, THAI};

/// How many messages one transaction writes, give or take a conversation: what is held in memory at a time.
const MESSAGES: usize = 20_000;
/// And how many conversations at most.
const CONVERSATIONS: usize = 5000;

/// What the inboxes are called, again and again with a number.
const NAMES: [&str; 8] = ["Shop", "Support", "ฝ่ายขาย", "Billing", "บริการลูกค้า", "Returns", "Partners", "App"];

/// Where everything is written, and by whom.
struct Office {
    administrator: Administrator,
    desks: Vec<Desk>,
    /// The number of the account's last conversation.
    after: u64,
    /// How to sign in, where the account is new.
    entrance: Option<String>,
}

/// Makes the account, or takes an existing one, and fills it. Says nothing to webhooks. Gives the lines to print: what was made,
/// how long it took, and for a new account how to sign in.
///
/// # Errors
/// [`Error::Refused`] and [`Error::Invalid`] with a sentence for people when the account or the address cannot be used;
/// [`Error::Internal`] when the database cannot be opened.
pub async fn run(config: &Config, seed: cli::Seed) -> Result<String> {
    let started = Instant::now();
    // no subscribers: whatever webhooks the account has, nothing here has happened to anybody
    let db = Db::open(config, Shared::default())?;
    let office = Arc::new(furnish(&db, &seed).await?);
    let account = office.administrator.account.clone();
    let mut plan = Plan {
        seed: seed.seed,
        conversations: seed.conversations,
        inboxes: office.desks.len(),
        now: now(),
        drawn: 0,
        messages_left: seed.messages,
        after: office.after,
    };
    let mut last: Option<ContactId> = None;
    loop {
        let talks = next_talks(&mut plan);
        if talks.is_empty() {
            break;
        }
        let office = office.clone();
        last = db
            .write_patiently(move |tx| {
                commands::write(tx, &office.administrator.account, &office.desks, &talks, &mut last)?;
                Ok(last)
            })
            .await?;
    }
    let cli::Seed { conversations, messages, inboxes, agents, .. } = seed;
    let made = format!(
        "Account {} has {conversations} conversations more, with {messages} messages, in {inboxes} inboxes with {agents} agents. It took {:.1} s.",
        account.id,
        started.elapsed().as_secs_f64()
    );
    Ok(office.entrance.as_ref().map_or_else(|| made.clone(), |entrance| format!("{made}\n{entrance}")))
}

fn next_talks(plan: &mut Plan) -> Vec<Talk> {
    let (mut talks, mut messages) = (Vec::new(), 0);
    while messages < MESSAGES
        && talks.len() < CONVERSATIONS
        && let Some(talk) = plan.next()
    {
        messages += talk.lines.len();
        talks.push(talk);
    }
    talks
}

/// The account, its agents and its inboxes.
async fn furnish(db: &Db, seed: &cli::Seed) -> Result<Office> {
    let password = random::token()?;
    // a password has one of each kind of characters
    let password = format!("{password}-9aZ");
    let (own_hash, nobodys_hash) = (hash_password(password.clone()).await?, hash_password(random::token()?).await?);
    let seed = seed.clone();
    let work = move |tx: &mut crate::db::Tx| {
        let (administrator, entrance) = match seed.account {
            Some(id) => (commands::administrator(tx, AccountId(id))?, None),
            None => {
                let (name, email, account_name) = ("Ada Seed".into(), seed.email.clone(), "Seeded".into());
                let (user, account) = auth::found(tx, Founding { name, email, password_hash: own_hash, account_name, locale: "en".into() })?;
                let token = users::access_token(tx.conn, user.id)?;
                let entrance = format!("Sign in as {} with the password {password}, or use the access token {token}", user.email);
                (auth::enter(tx.conn, user, account.id).map(Administrator)?, Some(entrance))
            }
        };
        let mut chance = Chance::of(seed.seed, u64::MAX);
        let names: Vec<String> = (0..seed.agents)
            .map(|n| {
                let tongue = if n % 2 == 0 { &ENGLISH } else { &THAI };
                format!("{} {}", chance.pick(tongue.given), chance.pick(tongue.family))
            })
            .collect();
        let agents = commands::hire(tx, &administrator, &names, &nobodys_hash)?;
        let everybody: Vec<(UserId, String)> = match agents.is_empty() {
            true => vec![(administrator.user_id(), administrator.user.name.clone())],
            false => agents,
        };
        let mut desks = Vec::with_capacity(seed.inboxes as usize);
        for n in 0..seed.inboxes as usize {
            let round = if n < NAMES.len() { String::new() } else { format!(" {}", n / NAMES.len() + 1) };
            let said = json!({"name": format!("{}{round}", NAMES[n % NAMES.len()]), "channel": {"type": "api"}});
            // three agents each, one after the other, so that each agent sees a few inboxes only
            let members = (0..everybody.len().min(3)).filter_map(|k| everybody.get((n + k) % everybody.len()).cloned()).collect();
            desks.push(commands::open_inbox(tx, &administrator, said, members)?);
        }
        let after = commands::last_number(tx, administrator.account_id())?;
        Ok(Office { administrator, desks, after, entrance })
    };
    db.write_patiently(work).await
}
