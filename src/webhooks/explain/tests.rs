//! What people read about each way in which a try can fail.
use super::*;
use crate::db::types::{Json, now};

fn attempt(class: ErrorClass, message: &str, status: Option<i16>, headers: &[(&str, &str)]) -> Attempt {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Attempt {
        number: 1,
        manual: false,
        url: "https://***@hooks.acme.example/in/7?key=1".into(),
        request_headers: Json::default(),
        dialled: Some("203.0.113.7:443".into()),
        response_status: status,
        response_headers: status.map(|_| Json(headers)),
        response_body: None,
        response_truncated: false,
        error_class: Some(class),
        error_message: Some(message.into()),
        duration_ms: 5004,
        created_at: now(),
        timings: None,
    }
}

fn read(language: Language, attempt: &Attempt) -> String {
    let Explanation { sentence, cure } = explain(language, attempt).unwrap();
    format!("{sentence} {cure}")
}

/// A class, the recorded message, and words that must stand in what is said of it.
const WITHOUT_ANSWER: &[(ErrorClass, &str, &[&str])] = &[
    (ErrorClass::Dns, "no such name", &["The name hooks.acme.example does not resolve", "spelling"]),
    (ErrorClass::Dns, "the name servers do not answer", &["name servers did not answer"]),
    (ErrorClass::Dns, "the name was not resolved within 5s", &["name servers did not answer"]),
    (ErrorClass::Dns, "the name has no address", &["exists, but it has no address", "AAAA"]),
    (ErrorClass::Refused, "nobody listens there", &["Nobody listens at hooks.acme.example (203.0.113.7:443)", "firewall"]),
    (ErrorClass::Refused, "there is no way to the address", &["There is no way from this server to hooks.acme.example", "IPv6"]),
    (ErrorClass::Refused, "Connection refused (os error 111)", &["Nobody listens at"]),
    (ErrorClass::Tls, "the certificate expired on 2015-04-13", &["expired on 2015-04-13", "Renew"]),
    (ErrorClass::Tls, "the certificate expired on", &["No secure connection", "Renew"]),
    (ErrorClass::Tls, "the certificate is not valid before 2030-01-01", &["not valid before 2030-01-01", "clock"]),
    (ErrorClass::Tls, "the certificate is only for b.example, *.c.example", &["not for this name, only for b.example, *.c.example", "names hooks"]),
    (ErrorClass::Tls, "the certificate is signed by an unknown authority", &["does not know", "fullchain.pem", CA_SETTING]),
    (ErrorClass::Tls, "the certificate is signed by itself", &["signed by itself", "Let’s Encrypt", CA_SETTING]),
    (ErrorClass::Tls, "the answer is not TLS", &["does not speak TLS", "http://"]),
    (ErrorClass::Tls, "no version of TLS in common", &["no version of TLS in common", "TLS 1.2"]),
    (ErrorClass::Tls, "the receiver refused the handshake", &["broke off", "client certificate"]),
    (ErrorClass::Tls, "received fatal alert", &["No secure connection to hooks.acme.example", "intermediate"]),
    (ErrorClass::Timeout, "no answer within 5s", &["had not answered when the limit of 5 s was over", "queue"]),
    (ErrorClass::Timeout, "no answer within 2.5s", &["limit of 2.5 s"]),
    (ErrorClass::Timeout, "no connection within 150ms", &["did not take our connection within 0.15 s", "firewall"]),
    (ErrorClass::Timeout, "no secure connection within 5s", &["no secure handshake came about within 5 s"]),
    (ErrorClass::ConnectionClosed, "closed before an answer", &["closed the connection after 5.0 s", "crash"]),
    (
        ErrorClass::ConnectionClosed,
        "the receiver broke the request off: unexpected internal error encountered",
        &["after 5.0 s", "internal error", "proxy"],
    ),
    (ErrorClass::InvalidUrl, "is not a valid URL", &["cannot be called", "http:// or https://"]),
    (ErrorClass::Other, "the answer is not HTTP: Invalid Header provided", &["does not speak HTTP", "port"]),
    (ErrorClass::Other, "something new", &["failed before an answer arrived"]),
    (ErrorClass::BlockedAddress, "", &["a private address that this server must not call", SETTING]),
];

const STATUSES: &[(i16, &[&str])] = &[
    (400, &["400 Bad Request", "did not understand"]),
    (401, &["401 Unauthorized", "header of your own"]),
    (403, &["403 Forbidden", "CSRF", "Verify tab"]),
    (404, &["404 Not Found", "nothing at this path"]),
    (405, &["405 Method Not Allowed", "takes no POST"]),
    (408, &["408 Request Timeout", "gave up waiting"]),
    (410, &["410 Gone", "turned off"]),
    (413, &["413 Payload Too Large", "client_max_body_size"]),
    (418, &["418 I'm a teapot", "200 to 299"]),
    (422, &["422 Unprocessable Entity", "did not understand"]),
    (429, &["429 Too Many Requests", "slower pace"]),
    (500, &["500 Internal Server Error", "its log"]),
    (502, &["502 Bad Gateway", "A proxy answered"]),
    (503, &["503 Service Unavailable", "down or overloaded"]),
    (504, &["504 Gateway Timeout", "A proxy answered"]),
    (599, &["answered 599,", "its log"]),
    (799, &["answered 799,"]),
];

#[test]
fn each_failure_is_told_with_its_cure() {
    let answers = STATUSES.iter().map(|(status, words)| (attempt(ErrorClass::Status, "", Some(*status), &[]), *words));
    let all = WITHOUT_ANSWER.iter().map(|(class, message, words)| (attempt(*class, message, None, &[]), *words)).chain(answers);
    let mut seen = std::collections::HashMap::new();
    for (attempt, words) in all {
        let english = read(Language::English, &attempt);
        for word in words {
            assert!(english.contains(word), "{word:?} is not said: {english}");
        }
        assert!(!english.contains("failure-") && !english.contains('{'), "{english}");
        let thai = read(Language::Thai, &attempt);
        assert!(thai.chars().any(|c| ('ก'..='๛').contains(&c)) && !thai.contains("failure-") && !thai.contains('{'), "{thai}");
        // what English tells apart, Thai does too
        assert_eq!(seen.entry(thai).or_insert_with(|| english.clone()), &english);
    }
}

#[test]
fn what_the_answer_says_is_passed_on() {
    let redirect = |to: &str| read(Language::English, &attempt(ErrorClass::Redirect, "", Some(308), &[("location", to)]));
    for (to, leads) in [
        ("https://new.acme.example/in", "Change the webhook URL to https://new.acme.example/in."),
        ("/in/8", "Change the webhook URL to https://hooks.acme.example/in/8."),
        ("https://ada:pw@new.acme.example/", "Change the webhook URL to https://***@new.acme.example/."),
        ("javascript:alert(1)", "Enter the address that it leads to"),
        ("", "308 Permanent Redirect"),
    ] {
        assert!(redirect(to).contains(leads), "{to}: {}", redirect(to));
    }
    assert!(!redirect("https://ada:pw@new.acme.example/").contains("pw"));
    let busy = |wait: &str| read(Language::English, &attempt(ErrorClass::Status, "", Some(429), &[("retry-after", wait)]));
    assert!(busy("120").contains("asks to wait for 120 s"));
    assert!(busy("<soon>").contains("slower pace"));
}

#[test]
fn an_address_is_not_told_twice() {
    let blocked =
        Attempt { url: "http://10.0.3.7/in".into(), dialled: Some("10.0.3.7".into()), ..attempt(ErrorClass::BlockedAddress, "", None, &[]) };
    assert!(read(Language::English, &blocked).starts_with("10.0.3.7 is a private address"));
    let named = Attempt { dialled: Some("10.0.3.7".into()), ..attempt(ErrorClass::BlockedAddress, "", None, &[]) };
    assert!(read(Language::English, &named).starts_with("hooks.acme.example leads to 10.0.3.7, a private address"));
    let refused = Attempt {
        url: "http://1.2.3.4/".into(),
        dialled: Some("1.2.3.4:80".into()),
        ..attempt(ErrorClass::Refused, "nobody listens there", None, &[])
    };
    assert!(read(Language::English, &refused).starts_with("Nobody listens at 1.2.3.4:80."));
}
