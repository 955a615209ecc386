//! Settings → Server: how the installation is doing, for those who look after it.
use super::{machine, model::Watch};
use crate::{
    auth::{Administrator, AdministratorPage},
    config::Config,
    db::{self, Db, DbConn},
    error::{Error, Result},
    mail::{self, Letter, Outcome},
    web::{
        Form, NoFields, html, see_other,
        shell::{Badge, Shell},
    },
    webhooks::{self, Backlog, FailedTry},
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use std::time::Duration;

/// A delivery that is due and not sent for so long, in seconds, says that the server falls behind.
const SLOW: i64 = 60;

/// A disk with less than this left, in bytes, is nearly full.
const FULL: i64 = 1 << 30;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The page, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/server").route(get().to(show))).service(resource("/server/test_mail").route(get().to(back)).route(post().to(test_mail)));
}

struct FailureRow {
    at: i64,
    event: &'static str,
    webhook: String,
    number: i64,
    sentence: String,
    url: Option<String>,
}

struct MailRow {
    /// The mail server; none is not set up.
    host: Option<String>,
    from: String,
    waiting: i64,
    last_error: Option<String>,
    /// What became of a test.
    tested: Option<Badge>,
    server_url: String,
}

#[derive(Template)]
#[template(path = "operations/server.html")]
struct ServerPage {
    page: Shell,
    health: Badge,
    due: i64,
    in_flight: i64,
    oldest_due: Option<i64>,
    waiting: i64,
    version: &'static str,
    started: i64,
    memory: Option<i64>,
    database: &'static str,
    size: i64,
    free: Option<i64>,
    retention: String,
    mail: MailRow,
    failures: Vec<FailureRow>,
}

async fn show(
    db: Data<Db>,
    config: Data<Config>,
    watch: Data<Watch>,
    AdministratorPage { shell, administrator }: AdministratorPage,
) -> Result<HttpResponse> {
    html(&server_page(&db, &config, &watch, shell, &administrator, None).await?)
}

/// The page, with what became of a test of the mail, if one was just sent.
async fn server_page(db: &Db, config: &Config, watch: &Watch, page: Shell, who: &Administrator, tested: Option<Outcome>) -> Result<ServerPage> {
    let (figures, folder, account) = (watch.figures.clone(), config.data_dir.clone(), who.account_id());
    let work = move |conn: &mut DbConn| {
        let (failures, mails) = (webhooks::failed_tries(conn, account)?, (mail::waiting(conn)?, mail::last_error(conn, account)?));
        Ok((figures.backlog(conn)?, db::size(conn)?, failures, machine::free_space(&folder), mails))
    };
    let (backlog, size, failures, free, (waiting, last_error)) = db.read(work).await?;
    let load = db.load();
    Ok(ServerPage {
        mail: MailRow {
            host: watch.mailer.host().map(str::to_owned),
            from: config.mail.from.to_string(),
            waiting,
            last_error,
            tested: tested.map(|outcome| tested_badge(&page, &who.user.email, outcome)),
            server_url: server_url(&page),
        },
        health: health(&page, &backlog, free),
        due: backlog.due,
        in_flight: backlog.in_flight,
        oldest_due: backlog.oldest_due.map(|at| at.and_utc().timestamp()),
        waiting: (load.waiting + load.writer.as_ref().map_or(0, |writer| writer.queued)) as i64,
        version: env!("CARGO_PKG_VERSION"),
        started: watch.started.and_utc().timestamp(),
        memory: machine::memory(),
        database: if load.writer.is_some() { "SQLite" } else { "PostgreSQL" },
        size,
        free,
        retention: retention(&page, config.retention),
        failures: failures.iter().map(|failed| row(&page, failed)).collect(),
        page,
    })
}

/// Where reloading the outcome of a test leads.
async fn back(AdministratorPage { shell: page, administrator: _ }: AdministratorPage) -> HttpResponse {
    see_other(&server_url(&page), None)
}

fn server_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("server")).unwrap_or_default()
}

/// Sends whoever asks a mail, waits for the mail server's answer, and shows it.
async fn test_mail(
    db: Data<Db>,
    config: Data<Config>,
    watch: Data<Watch>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (user, language) = (&administrator.user, page.lang);
    let letter = Letter {
        account_id: None,
        to: user.recipient(),
        language,
        subject: language.ta("mail-test-subject", &[("brand", watch.mailer.brand().into())]),
        paragraphs: vec![language.t("mail-test-text")],
        facts: Vec::new(),
        action: Some((language.t("mail-test-action"), server_url(&page))),
        reason: language.t("mail-test-reason"),
    };
    let outcome = watch.mailer.send_now(letter.write(&watch.mailer)?).await.ok_or_else(|| Error::Refused("No mail server is set up".into()))?;
    html(&server_page(&db, &config, &watch, page, &administrator, Some(outcome)).await?)
}

fn tested_badge(page: &Shell, address: &str, outcome: Outcome) -> Badge {
    match outcome {
        Outcome::Sent => Badge { tone: "good", icon: "circle-check", label: page.ta("server-mail-sent", &[("address", address.into())]) },
        Outcome::Later(why) | Outcome::Refused(why) => {
            Badge { tone: "bad", icon: "circle-x", label: page.ta("server-mail-failed", &[("why", why.into())]) }
        }
    }
}

/// What an administrator should know first, in a sentence.
fn health(page: &Shell, backlog: &Backlog, free: Option<i64>) -> Badge {
    let since = backlog.oldest_due.map(|at| at.and_utc().timestamp()).filter(|at| page.now - at > SLOW);
    match (free.filter(|free| *free < FULL), since) {
        (Some(free), _) => Badge { tone: "bad", icon: "circle-x", label: page.ta("server-full", &[("free", page.bytes(&free).as_str().into())]) },
        (None, Some(since)) => {
            let since = page.time(&since).relative;
            Badge { tone: "warn", icon: "hourglass", label: page.ta("server-slow", &[("since", since.as_str().into())]) }
        }
        (None, None) => Badge { tone: "good", icon: "circle-check", label: page.t("server-well") },
    }
}

fn retention(page: &Shell, keep: Option<Duration>) -> String {
    let Some(seconds) = keep.map(|keep| keep.as_secs()) else { return page.t("server-retention-off") };
    let (key, unit) = if seconds.is_multiple_of(DAY) { ("server-retention-days", DAY) } else { ("server-retention-hours", HOUR) };
    page.ta(key, &[("count", ((seconds / unit) as i64).into())])
}

fn row(page: &Shell, failed: &FailedTry) -> FailureRow {
    FailureRow {
        at: failed.attempt.created_at.and_utc().timestamp(),
        event: failed.event.name(),
        webhook: failed.title(),
        number: failed.attempt.number.into(),
        sentence: failed.sentence(page.lang),
        url: failed.page().and_then(|path| page.viewer.as_ref().map(|viewer| viewer.settings(&path))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{Language, shell::Theme};
    use chrono::DateTime;

    const NOW: i64 = 1_795_269_909;

    fn shell() -> Shell {
        let (theme, brand, path, csrf) = (Theme::Auto, String::new(), String::new(), String::new());
        Shell { lang: Language::English, brand, theme, path, csrf, flash: None, viewer: None, now: NOW, notices: Vec::new(), unread: 0 }
    }

    #[test]
    fn what_is_wrong_is_said_first() {
        let since = |seconds: i64| DateTime::from_timestamp(NOW - seconds, 0).map(|at| at.naive_utc());
        let said = |oldest_due, free| health(&shell(), &Backlog { oldest_due, ..Backlog::default() }, free);
        let well = said(since(SLOW), Some(FULL));
        assert_eq!((well.tone, well.label.as_str()), ("good", "All is well: nothing waits longer than it should."));
        assert_eq!(said(None, None), well);
        let slow = said(since(300), Some(FULL));
        assert_eq!(
            (slow.tone, slow.label.as_str()),
            ("warn", "Deliveries fall behind: the first of those that wait should have been sent 5 min ago.")
        );
        let full = said(since(300), Some(FULL - 1));
        assert_eq!((full.tone, &full.label[..43]), ("bad", "The disk is nearly full: 1,023 MiB left. Ma"));
    }

    #[test]
    fn a_retention_is_told_in_days_where_it_can_be() {
        let told = |hours: u64| retention(&shell(), Some(Duration::from_secs(hours * HOUR)));
        assert_eq!((told(1), told(24), told(36), told(720)), ("For 1 hour".into(), "For 1 day".into(), "For 36 hours".into(), "For 30 days".into()));
        assert_eq!(retention(&shell(), None), "For ever");
    }
}
