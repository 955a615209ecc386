//! Mail: sent once it is committed, and until the mail server has taken it; never what was rolled back.
use crate::support::{Office, PostOffice, Process, Server, Verdict, config, database::Place, post_office, until};
use diesel::{QueryDsl, RunQueryDsl, sql_query};
use hookdesk::{
    db::{
        Db, Shared,
        schema::mails,
        types::{AccountId, UserId, now},
    },
    error::Error,
    mail::{self, Mail, Mailer, Recipient},
    notifications::{ActorType, News, NotificationType, tell},
    operations::{Keep, Step, Sweep, step},
};

const SERVER: &str = "/app/accounts/1/settings/server";

fn a_mail(subject: &str) -> Mail {
    Mail {
        account_id: None,
        to: Recipient { name: "Ada Lovelace".into(), address: "ada@acme.example".into() },
        subject: subject.into(),
        text: format!("{subject}\nสวัสดี\n.\nend"),
        html: Some(format!("<p>{subject}</p>")),
    }
}

async fn serving(office: &PostOffice) -> Server {
    let mail = office.mail();
    Server::start_with(|config| config.mail = mail).await
}

async fn post(server: &Server, mail: Mail) {
    assert!(server.write(move |tx| mail::post(tx, &mail)).await);
}

/// The state, the number of tries and the last error of every mail.
async fn states(server: &Server) -> Vec<(i16, i32, Option<String>)> {
    server.read(|conn| Ok(mails::table.order_by(mails::id).select((mails::state, mails::attempts, mails::last_error)).load(conn)?)).await
}

/// Waits until every mail stands as it should.
async fn become_so(server: &Server, wanted: &[(i16, i32)]) -> Vec<Option<String>> {
    until("the outcomes of the mails", async || {
        let states = states(server).await;
        let so = states.iter().map(|(state, attempts, _)| (*state, *attempts)).eq(wanted.iter().copied());
        so.then(|| states.into_iter().map(|(_, _, error)| error).collect())
    })
    .await
}

/// As if the time of the next try had come.
async fn due(db: &Db) {
    let past = "UPDATE mails SET due_at = created_at, locked_until = NULL WHERE state = 0";
    db.write(move |tx| Ok(sql_query(past).execute(tx.conn)?)).await.unwrap();
}

#[actix_rt::test]
async fn a_mail_is_sent_once_when_it_is_committed_and_never_when_it_is_rolled_back() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    let undone = server.db.write(|tx| {
        mail::post(tx, &a_mail("Never"))?;
        Err::<(), _>(Error::Refused("changed my mind".into()))
    });
    assert!(undone.await.is_err());
    post(&server, a_mail("Hello & กรุณา")).await;
    let letters = office.wait_for(1).await;
    become_so(&server, &[(1, 1)]).await;
    let letter = &letters[0];
    assert_eq!((letter.from.as_str(), letter.to.as_str()), ("desk@acme.example", "ada@acme.example"));
    assert_eq!((letter.header("From"), letter.header("Subject")), ("Hookdesk <desk@acme.example>".into(), "Hello & กรุณา".into()));
    assert!(letter.header("To").ends_with("<ada@acme.example>") && letter.header("To").contains("Ada Lovelace"));
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.header("Message-ID").ends_with("@acme.example>") && letter.header("Date").ends_with("+0000"));
    assert_eq!(letter.parts(), ["Hello & กรุณา\nสวัสดี\n.\nend", "<p>Hello & กรุณา</p>"]);
    let kept = "SELECT count(*) AS number FROM mails WHERE text <> '' OR html IS NOT NULL OR finished_at IS NULL OR locked_until IS NOT NULL";
    assert_eq!(server.count(kept).await, 0, "what it said is not kept");
    server.finish().await;
    assert_eq!(office.letters().len(), 1);
}

#[actix_rt::test]
async fn what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_not() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    office.next(Verdict::Say("451 4.7.1 Come back later"));
    post(&server, a_mail("Greylisted")).await;
    let errors = become_so(&server, &[(0, 1)]).await;
    assert!(errors[0].as_ref().is_some_and(|error| error.contains("451") && error.contains("Come back later")), "{errors:?}");
    let soon = "SELECT count(*) AS number FROM mails WHERE due_at > created_at AND locked_until IS NULL";
    assert_eq!(server.count(soon).await, 1);
    assert!(office.letters().is_empty());
    due(&server.db).await;
    office.wait_for(1).await;
    become_so(&server, &[(1, 2)]).await;

    office.next(Verdict::Say("550 5.1.1 No such user"));
    post(&server, a_mail("To nobody")).await;
    let errors = become_so(&server, &[(1, 2), (2, 1)]).await;
    assert!(errors[1].as_ref().is_some_and(|error| error.contains("No such user")), "{errors:?}");
    let nobody = Mail { to: Recipient { name: String::new(), address: "nobody at all".into() }, ..a_mail("To no address") };
    post(&server, nobody).await;
    post(&server, a_mail("To Ada")).await;
    become_so(&server, &[(1, 2), (2, 1), (2, 1), (1, 1)]).await;
    assert_eq!(office.letters().iter().map(|letter| letter.header("Subject")).collect::<Vec<_>>(), ["Greylisted", "To Ada"]);
    server.finish().await;
}

#[actix_rt::test]
async fn a_mail_that_nobody_takes_is_given_up_after_two_days() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    office.next(Verdict::Say("452 4.2.2 Mailbox full")).next(Verdict::Say("452 4.2.2 Mailbox full"));
    post(&server, a_mail("Too much")).await;
    become_so(&server, &[(0, 1)]).await;
    // the tries of two days
    server.write(|tx| Ok(sql_query("UPDATE mails SET attempts = 10").execute(tx.conn)?)).await;
    due(&server.db).await;
    become_so(&server, &[(2, 11)]).await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_mail_server_that_hangs_or_hangs_up_delays_and_loses_nothing() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    office.next(Verdict::Hang);
    post(&server, a_mail("Hangs")).await;
    let errors = become_so(&server, &[(0, 1)]).await;
    assert!(errors[0].is_some(), "{errors:?}");
    office.next(Verdict::HangUp);
    due(&server.db).await;
    become_so(&server, &[(0, 2)]).await;
    due(&server.db).await;
    become_so(&server, &[(1, 3)]).await;
    let letters = office.letters();
    assert_eq!(letters.iter().map(|letter| letter.taken).collect::<Vec<_>>(), [false, false, true]);
    let id = letters[0].header("Message-ID");
    assert!(letters.iter().all(|letter| letter.header("Message-ID") == id), "whoever gets it twice can tell");
    server.finish().await;
}

#[actix_rt::test]
async fn a_mail_server_that_refuses_us_does_not_refuse_the_mail() {
    let office = PostOffice::open();
    let with_password = |password: &str| post_office::mail(&format!("smtp://desk:{password}@{}?tls=none&timeout=1s", office.address));
    office.know("desk", "s3cret");
    let wrong = with_password("wrong");
    let server = Server::start_with(|config| config.mail = wrong).await;
    post(&server, a_mail("By a stranger")).await;
    let errors = become_so(&server, &[(0, 1)]).await;
    assert!(errors[0].as_ref().is_some_and(|error| error.contains("535")), "{errors:?}");
    office.greet(Some("554 5.7.1 Not you"));
    due(&server.db).await;
    become_so(&server, &[(0, 2)]).await;
    assert!(office.letters().is_empty());
    server.write(|tx| Ok(sql_query("UPDATE mails SET state = 2").execute(tx.conn)?)).await;
    server.finish().await;

    office.greet(None);
    let right = with_password("s3cret");
    let server = Server::start_with(|config| config.mail = right).await;
    post(&server, a_mail("By a friend")).await;
    office.wait_for(1).await;
    become_so(&server, &[(1, 1)]).await;
    server.finish().await;
}

#[actix_rt::test]
async fn nothing_is_said_unencrypted_where_encryption_is_required() {
    let office = PostOffice::open();
    let mail = post_office::mail(&format!("smtp://desk:s3cret@{}?timeout=1s", office.address));
    let server = Server::start_with(|config| config.mail = mail).await;
    post(&server, a_mail("Secret")).await;
    become_so(&server, &[(0, 1)]).await;
    assert!(office.letters().is_empty());
    server.write(|tx| Ok(sql_query("UPDATE mails SET state = 2").execute(tx.conn)?)).await;
    server.finish().await;
}

#[actix_rt::test]
async fn names_and_subjects_make_no_headers() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    let evil = "Eve\r\nBcc: all@acme.example\r\n\r\n<script>";
    for name in [evil, "\"Ada\", <x@evil.example>", "a\\\"b", "เอดา, <ลาเวลซ>", &"long ".repeat(100)] {
        let to = Recipient { name: name.into(), address: "ada@acme.example".into() };
        post(&server, Mail { to, html: None, ..a_mail(&format!("Hello {name}")) }).await;
    }
    become_so(&server, &[(1, 1); 5]).await;
    for letter in office.letters() {
        assert_eq!((letter.to.as_str(), letter.all("Bcc").len(), letter.all("To").len()), ("ada@acme.example", 0, 1), "{:?}", letter.headers);
        assert!(letter.header("To").ends_with("<ada@acme.example>"), "{:?}", letter.headers);
        let known = ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
        for line in &letter.headers {
            assert!(known.contains(&line.split(':').next().unwrap()), "{line}");
            assert!(line.len() < 2000);
        }
    }
    let to = Recipient { name: String::new(), address: "ada@acme.example>\r\nRCPT TO:<eve@evil.example".into() };
    post(&server, Mail { to, ..a_mail("To two") }).await;
    become_so(&server, &[(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (2, 1)]).await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_killed_process_loses_no_mail() {
    let (place, office) = (Place::new(), PostOffice::open());
    let mut config = config(&place);
    config.mail = office.mail();
    let shared = Shared::default().with(Mailer::new(&config).unwrap());
    let db = actix_rt::task::spawn_blocking(move || Db::open(&config, shared)).await.unwrap().unwrap();
    for number in 0..3 {
        office.next(Verdict::Hang);
        assert!(db.write(move |tx| mail::post(tx, &a_mail(&number.to_string()))).await.unwrap());
    }
    let url = format!("smtp://{}?tls=none&timeout=60s", office.address);
    let settings = [("HOOKDESK_SMTP_URL", url.as_str())];
    let server = Process::start(&place, &settings).await;
    office.wait_for(3).await;
    server.kill();
    if crate::support::database::is_postgres() {
        // other nodes may still be at it, until the claims end
        due(&db).await;
    }
    let server = Process::start(&place, &settings).await;
    office.wait_for(6).await;
    let sent = "SELECT count(*) AS number FROM mails WHERE state = 1";
    until("the mails to be sent", async || (crate::support::server::count(&db, sent).await == 3).then_some(())).await;
    drop(server);
    let mut taken: Vec<String> = office.letters().iter().filter(|letter| letter.taken).map(|letter| letter.header("Subject")).collect();
    taken.sort();
    assert_eq!(taken, ["0", "1", "2"]);
}

#[actix_rt::test]
async fn where_no_mail_server_is_set_up_nothing_is_kept_and_nothing_pretends() {
    let server = Server::start().await;
    let office = server.office().await;
    assert!(!server.write(|tx| mail::post(tx, &a_mail("Nowhere"))).await);
    assert!(states(&server).await.is_empty());
    let page = server.browser_of(office.administrator.id).await.get(SERVER).await.text();
    assert!(page.contains("Not set up") && page.contains("HOOKDESK_SMTP_URL") && !page.contains("Send a test"), "{page}");
    server.finish().await;
}

/// The token of a page's forms.
fn token(page: &str) -> String {
    page.split("name=\"csrf_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

/// The page after the button was pressed.
async fn test_mail(server: &Server, office: &Office) -> String {
    let browser = server.browser_of(office.administrator.id).await;
    let page = browser.get(SERVER).await.text();
    let token = token(&page);
    let answer = browser.form(&format!("{SERVER}/test_mail"), &[("csrf_token", &token)]).await;
    assert_eq!(answer.status, 200);
    answer.text()
}

#[actix_rt::test]
async fn an_administrator_tries_the_mail_server_and_sees_what_it_says() {
    let post_office = PostOffice::open();
    let server = serving(&post_office).await;
    let office = server.office().await;
    let page = test_mail(&server, &office).await;
    assert!(page.contains("The mail server has taken the e-mail to ada@acme.example."), "{page}");
    assert!(page.contains("127.0.0.1") && page.contains("Hookdesk &#60;desk@acme.example&#62;"), "{page}");
    let letter = post_office.wait_for(1).await.remove(0);
    assert_eq!((letter.to.as_str(), letter.header("Subject").as_str()), ("ada@acme.example", "Hookdesk can send you e-mail"));
    assert!(letter.parts()[0].starts_with("Hello Ada Admin,\n") && letter.parts()[0].contains(&format!("http://{}{SERVER}", server.address)));
    post_office.next(Verdict::Say("550 5.7.1 Not from <you>"));
    let page = test_mail(&server, &office).await;
    assert!(page.contains("It could not be sent:") && page.contains("Not from &#60;you&#62;"), "{page}");
    assert!(states(&server).await.is_empty(), "a test goes past the outbox");

    post_office.next(Verdict::Say("450 4.2.1 Busy"));
    post(&server, a_mail("Waits")).await;
    become_so(&server, &[(0, 1)]).await;
    let page = server.browser_of(office.administrator.id).await.get(SERVER).await.text();
    assert!(page.contains("<dd>1</dd>") && page.contains("450") && page.contains("Busy"), "{page}");

    let agent = server.browser_of(office.agent.id).await;
    let theirs = token(&agent.get("/app/profile").await.text());
    assert_eq!(agent.form(&format!("{SERVER}/test_mail"), &[("csrf_token", &theirs)]).await.status, 403);
    let reloaded = server.browser_of(office.administrator.id).await.get(&format!("{SERVER}/test_mail")).await;
    assert_eq!((reloaded.status, reloaded.header("location")), (303, Some(SERVER)));
    due(&server.db).await;
    become_so(&server, &[(1, 2)]).await;
    server.finish().await;
}

#[actix_rt::test]
async fn mail_is_counted_and_its_password_shown_nowhere() {
    let office = PostOffice::open();
    let mail = office.mail();
    let server = Server::start_with(|config| {
        config.mail = mail;
        config.metrics_token = Some(hookdesk::config::Secret("the-monitor-of-the-tests".into()));
    })
    .await;
    office.next(Verdict::Say("451 4.7.1 Later"));
    post(&server, a_mail("One")).await;
    become_so(&server, &[(0, 1)]).await;
    let read = async || server.anonymous().with("authorization", "Bearer the-monitor-of-the-tests").get("/metrics").await.text();
    let text = read().await;
    assert!(text.contains("\nhookdesk_mails_waiting 1\n"), "{text}");
    assert!(text.contains("hookdesk_mail_attempts_total{outcome=\"waiting\"} 1\n"), "{text}");
    due(&server.db).await;
    become_so(&server, &[(1, 2)]).await;
    until("the try to be counted", async || read().await.contains("hookdesk_mail_attempts_total{outcome=\"sent\"} 1\n").then_some(())).await;
    assert!(read().await.contains("\nhookdesk_mails_waiting 0\n"));
    server.finish().await;

    let settings = [("HOOKDESK_SMTP_URL", "smtps://desk:s3cret@mail.example.org")];
    let ended = crate::support::process::run(crate::support::process::command(&["config"], &settings)).await;
    assert!(ended.out.contains("HOOKDESK_SMTP_URL = \"smtps://desk:***@mail.example.org\"") && !ended.out.contains("s3cret"), "{}", ended.out);
    assert!(ended.out.contains("HOOKDESK_MAIL_FROM = \"Hookdesk <hookdesk@localhost>\""), "{}", ended.out);
}

#[actix_rt::test]
async fn old_mails_and_notifications_are_forgotten() {
    let office = PostOffice::open();
    let server = serving(&office).await;
    let ada = server.office().await.administrator.id;
    office.next(Verdict::Take).next(Verdict::Take).next(Verdict::Say("451 4.7.1 Later"));
    for subject in ["Long ago", "Lately"] {
        post(&server, a_mail(subject)).await;
        office.wait_for(if subject == "Long ago" { 1 } else { 2 }).await;
    }
    post(&server, a_mail("Waits")).await;
    become_so(&server, &[(1, 1), (1, 1), (0, 1)]).await;
    let news = News {
        account_id: AccountId(1),
        notification_type: NotificationType::ConversationMention,
        primary_actor: (ActorType::Conversation, 1),
        secondary_actor: None,
        meta: Default::default(),
    };
    server.write(move |tx| (0..2).try_for_each(|_| tell(tx, &[UserId(ada)], &news).map(drop))).await;
    let ago = |days| (chrono::Utc::now() - chrono::TimeDelta::days(days)).format("%Y-%m-%d %H:%M:%S").to_string();
    for change in [
        format!("UPDATE mails SET created_at = '{0}', finished_at = '{0}' WHERE id = 1", ago(8)),
        format!("UPDATE mails SET created_at = '{}' WHERE id = 3", ago(8)),
        format!("UPDATE notifications SET created_at = '{}' WHERE id = 1", ago(91)),
    ] {
        server.write(move |tx| Ok(sql_query(change).execute(tx.conn)?)).await;
    }
    let (mut sweep, mut mails, mut notifications) = (Some(Sweep::begin(now(), Keep::default())), 0, 0);
    while let Some(next) = sweep {
        let Step { removed, next } = step(&server.db, next).await.unwrap();
        (mails, notifications, sweep) = (mails + removed.mails, notifications + removed.notifications, next);
    }
    assert_eq!((mails, notifications), (1, 1));
    assert_eq!(states(&server).await.iter().map(|(state, ..)| *state).collect::<Vec<_>>(), [1, 0], "what waits stays");
    assert_eq!(server.count("SELECT max(id) AS number FROM notifications").await, 2);
    due(&server.db).await;
    become_so(&server, &[(1, 1), (1, 2)]).await;
    server.finish().await;
}
