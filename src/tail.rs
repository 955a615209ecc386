//! `hookdesk tail`: the deliveries of a running server, one line for each try, as they happen. It is a client like any other: it
//! asks the server's API with an administrator's token.
use crate::{
    cli,
    config::{Config, TOKEN_VARIABLE},
    error::{Error, Result},
    outbound::Trust,
};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use std::{io::Write, time::Duration};
use tokio::time::{sleep, timeout};

/// The server sends something every 15 seconds at least.
const SILENCE: Duration = Duration::from_secs(45);

/// How long the server may take to begin its answer.
const ANSWER: Duration = Duration::from_secs(15);

/// Before the first attempt to connect again; each further one waits twice as long,
const SOON: Duration = Duration::from_millis(500);
/// up to this.
const LATEST: Duration = Duration::from_secs(15);

/// The longest line of the stream.
const LONGEST: usize = 64 * 1024;

/// Prints deliveries until Ctrl-C.
///
/// # Errors
/// When the server refuses, or cannot be reached to begin with.
pub async fn run(config: &Config, tail: cli::Tail) -> Result<()> {
    let token = tail.token.or_else(|| std::env::var(TOKEN_VARIABLE).ok()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| Error::Refused(format!("An access token is needed: set {TOKEN_VARIABLE}, or use --token.")))?;
    let base = tail.url.unwrap_or_else(|| config.public_url.to_string());
    let asked = Asked { base: base.trim_end_matches('/').to_owned(), token, account: tail.account, webhook: tail.webhook };
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map_err(Error::internal)?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(Error::internal)?;
    tokio::select! {
        biased;
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        ended = follow(asked) => ended,
    }
}

/// What the server is asked for.
struct Asked {
    base: String,
    token: String,
    account: Option<i64>,
    webhook: Option<i64>,
}

/// Why a stream has ended, or did not begin.
enum End {
    /// The server says that it will not do.
    Refused(String),
    /// It may do next time.
    Broken(String),
    /// Nobody reads what is printed.
    Unread,
}

async fn follow(asked: Asked) -> Result<()> {
    let account = match asked.account {
        Some(account) => account,
        None => own_account(&asked).await.map_err(|end| match end {
            End::Refused(why) | End::Broken(why) => Error::Refused(why),
            End::Unread => Error::Refused("nobody reads".into()),
        })?,
    };
    let of = asked.webhook.map(|id| format!("/{id}")).unwrap_or_default();
    let path = format!("/api/v1/accounts/{account}/webhooks{of}/deliveries/stream");
    let (mut wait, mut connected) = (SOON, false);
    loop {
        let ended = listen(&asked, &path, &mut connected, &mut wait).await;
        match ended {
            End::Refused(why) => return Err(Error::Refused(why)),
            End::Unread => return Ok(()),
            End::Broken(why) if !connected => return Err(Error::Refused(why)),
            End::Broken(why) => {
                eprintln!("hookdesk: {why}; connecting again");
                sleep(wait).await;
                wait = LATEST.min(wait * 2);
            }
        }
    }
}

/// The first account of whoever the token belongs to.
async fn own_account(asked: &Asked) -> Result<i64, End> {
    let mut answer = ask(asked, "/api/v1/profile", "application/json").await?;
    let profile: Value = answer.json().await.map_err(|e| End::Broken(format!("{} does not answer as Hookdesk does: {e}", asked.base)))?;
    profile["account_id"].as_i64().ok_or_else(|| End::Refused("The token belongs to nobody who is in an account.".into()))
}

async fn ask(asked: &Asked, path: &str, accept: &str) -> Result<awc::ClientResponse, End> {
    let tls = Trust::for_http1().map_err(End::Refused)?;
    let connector = awc::Connector::new().rustls_0_23(tls);
    let client = awc::Client::builder().connector(connector).disable_timeout().disable_redirects().finish();
    let request = client.get(format!("{}{path}", asked.base)).insert_header(("api_access_token", asked.token.as_str()));
    let sent = request.insert_header(("accept", accept)).no_decompress().send();
    let unreachable = |why: String| End::Broken(format!("{} cannot be reached: {why}", asked.base));
    let answer = match timeout(ANSWER, sent).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(e)) => return Err(unreachable(e.to_string())),
        Err(_) => return Err(unreachable(format!("no answer within {} s", ANSWER.as_secs()))),
    };
    let status = answer.status().as_u16();
    match status {
        200 => Ok(answer),
        401 | 403 => Err(End::Refused("The token is not that of an administrator of this account.".into())),
        404 => Err(End::Refused("There is no such account or webhook.".into())),
        429 | 500.. => Err(End::Broken(format!("{} answers {status}", asked.base))),
        _ => Err(End::Refused(format!("{} answers {status}: it is no Hookdesk, or an older one.", asked.base))),
    }
}

/// Prints one stream to its end.
async fn listen(asked: &Asked, path: &str, connected: &mut bool, wait: &mut Duration) -> End {
    let mut answer = match ask(asked, path, "text/event-stream").await {
        Ok(answer) => answer,
        Err(end) => return end,
    };
    (*connected, *wait) = (true, SOON);
    let (mut unread, mut kind) = (Vec::new(), String::new());
    loop {
        let chunk = match timeout(SILENCE, answer.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(e))) => return End::Broken(format!("the connection is lost: {e}")),
            Ok(None) => return End::Broken("the server has ended the stream".into()),
            Err(_) => return End::Broken("the server is silent".into()),
        };
        unread.extend_from_slice(&chunk);
        while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = unread.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            match line.trim_end().split_once(": ") {
                Some(("event", name)) => kind = name.to_owned(),
                Some(("data", data)) if kind == "attempt" => {
                    let printed = serde_json::from_str(data).is_ok_and(|attempt: Attempt| print(&attempt).is_err());
                    if printed {
                        return End::Unread;
                    }
                }
                _ => {}
            }
        }
        if unread.len() > LONGEST {
            return End::Broken("the server sends something else than a stream".into());
        }
    }
}

/// A try, as the server tells it.
#[derive(Deserialize)]
struct Attempt {
    delivery_id: String,
    event: String,
    attempt: i64,
    state: String,
    status: Option<i64>,
    error: Option<String>,
    duration_ms: i64,
    at: String,
}

impl Attempt {
    /// Time, event, delivery, what came back, how long it took.
    fn line(&self) -> String {
        let Attempt { delivery_id, event, attempt, state, status, error, duration_ms, at } = self;
        let outcome = match (status, error) {
            (Some(status), _) => status.to_string(),
            (None, Some(error)) => error.clone(),
            (None, None) => state.clone(),
        };
        let again = if *attempt > 1 { format!("  try {attempt}") } else { String::new() };
        format!("{at}  {event:<27}  {delivery_id}  {outcome:<16} {duration_ms:>6} ms{again}")
    }
}

fn print(attempt: &Attempt) -> std::io::Result<()> {
    // what comes from elsewhere must not steer the terminal
    let line: String = attempt.line().chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_a_line() {
        let told = |more: &str| {
            let told = format!(
                r#"{{"id":1,"delivery_id":"d","webhook_id":1,"event":"message_created","attempt":1,"by_hand":false,"state":"delivered","duration_ms":12,"at":"2026-11-21T07:00:00.000Z"{more}}}"#
            );
            serde_json::from_str::<Attempt>(&told).expect("a try").line()
        };
        assert_eq!(told(r#","status":200"#), "2026-11-21T07:00:00.000Z  message_created              d  200                  12 ms");
        assert!(told(r#","error":"timeout""#).contains("  d  timeout              12 ms"));
    }
}
