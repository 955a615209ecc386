//! Each way in which a check can go wrong is told apart from the others.
use super::*;
use crate::random;

const BODY: &str = r#"{"event":"message_created","content":"สวัสดี","id":7}"#;
const NOW: i64 = 1_795_269_909;

fn case() -> Case {
    let secret = random::webhook_secret().unwrap();
    let ours = signature::headers(&[&secret], "8a1c", NOW, BODY.as_bytes());
    let headers = ours.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Case { headers, body: BODY.into(), secret, now: NOW + 10, sent: Some(Sent { body: BODY.into() }), ..Case::default() }
}

fn set(case: &mut Case, name: &str, value: &str) {
    case.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    if !value.is_empty() {
        case.headers.push((name.to_owned(), value.to_owned()));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_right_is_said_to_be() {
    let found = check(&case());
    use Finding::*;
    assert_eq!(found, [Fresh, DeliveryKnown, BodySame, Right(Scheme::Standard), Right(Scheme::Chatwoot)]);
}

#[test]
fn each_part_that_disagrees_is_named() {
    type Change = fn(&mut Case);
    let cases: [(Change, Finding); 15] = [
        (|case| case.headers.clear(), Finding::NoHeaders),
        (|case| set(case, "webhook-timestamp", ""), Finding::Missing("webhook-timestamp")),
        (|case| set(case, "webhook-id", ""), Finding::Missing("webhook-id")),
        (|case| set(case, "webhook-timestamp", "today"), Finding::NoNumber("webhook-timestamp")),
        (|case| case.now += 291, Finding::TooOld(301)),
        (|case| case.now -= 311, Finding::InTheFuture(301)),
        (|case| set(case, "webhook-id", "other"), Finding::IdsDiffer),
        (|case| case.sent = None, Finding::DeliveryUnknown),
        (|case| case.body.push_str("\r\n"), Finding::BodyLineBreaks),
        (|case| case.body = BODY.replace(':', ": "), Finding::BodyRewritten),
        (|case| case.body = BODY.replace('7', "8"), Finding::BodyDiffers(50, "ดี\",\"id\":7}".chars().rev().take(12).collect(), String::new())),
        (|case| case.body = BODY.replace('7', "8"), Finding::RightForSent(Scheme::Standard)),
        (|case| case.secret = random::webhook_secret().unwrap(), Finding::Wrong(Scheme::Chatwoot)),
        (|case| case.old_secret = Some(std::mem::replace(&mut case.secret, random::webhook_secret().unwrap())), Finding::Older(Scheme::Chatwoot)),
        (|case| case.body.push('\n'), Finding::Right(Scheme::Standard)),
    ];
    for (change, expected) in cases {
        let mut case = case();
        change(&mut case);
        let found = check(&case);
        let same = |finding: &Finding| match (finding, &expected) {
            (Finding::BodyDiffers(at, sent, here), Finding::BodyDiffers(..)) => {
                BODY.chars().nth(*at) == Some('7') && sent.ends_with(":7}") && here.ends_with(":8}")
            }
            (finding, expected) => finding == expected,
        };
        assert!(found.iter().any(same), "{expected:?} is not among {found:?}");
    }
}

#[test]
fn the_classic_mistakes_are_recognised() {
    use Mistake::*;
    let standard = Scheme::Standard;
    for (key, content, as_hex, expected) in [
        (KeyUse::Text, Content::TimestampBody, true, Finding::ComputedRight(Scheme::Chatwoot)),
        (KeyUse::Decoded, Content::IdTimestampBody, false, Finding::ComputedRight(standard)),
        (KeyUse::Decoded, Content::TimestampBody, true, Finding::ComputedMistaken(KeyDecoded)),
        (KeyUse::Text, Content::IdTimestampBody, false, Finding::ComputedMistaken(KeyAsText)),
        (KeyUse::Cut, Content::IdTimestampBody, false, Finding::ComputedMistaken(KeyCut)),
        (KeyUse::Cut, Content::TimestampBody, true, Finding::ComputedMistaken(KeyCut)),
        (KeyUse::Text, Content::Body, true, Finding::ComputedMistaken(BodyOnly)),
        (KeyUse::Text, Content::NoDots, true, Finding::ComputedMistaken(NoDots)),
    ] {
        let mut case = case();
        let digest = signature::digest(&case.secret, key, content, "8a1c", &NOW.to_string(), BODY.as_bytes()).unwrap();
        case.computed = if as_hex { format!("sha256={}", hex(&digest)) } else { format!("v1,{}", STANDARD.encode(&digest)) };
        assert!(check(&case).contains(&expected), "{expected:?} is not among {:?}", check(&case));
        // the same in a header that somebody else has signed
        if let Finding::ComputedMistaken(mistake) = expected {
            let scheme = if as_hex { Scheme::Chatwoot } else { standard };
            let computed = case.computed.clone();
            set(&mut case, scheme.header(), &computed);
            assert!(check(&case).contains(&Finding::Mistaken(scheme, mistake)), "{mistake:?}: {:?}", check(&case));
        }
        case.computed = STANDARD.encode(&digest);
        assert!(!check(&case).iter().any(|finding| matches!(finding, Finding::ComputedRight(_))), "without what stands before it");
    }
    for nonsense in ["x", "sha256=", "v1,", "sha256=zz", &"é".repeat(32), &"0".repeat(64)] {
        let case = Case { computed: nonsense.into(), ..case() };
        assert!(check(&case).contains(&Finding::ComputedWrong), "{nonsense}");
    }
}

#[test]
fn a_stored_try_is_worth_what_its_secret_is() {
    let case = case();
    for scheme in Scheme::ALL {
        let worth = |secret: &str, old: Option<&str>, body: &str| super::worth(scheme, secret, old, &case.headers, body.as_bytes());
        assert_eq!(worth(&case.secret, None, BODY), Worth::Right);
        assert_eq!(worth("other", Some(&case.secret), BODY), Worth::Older);
        assert_eq!(worth("other", None, BODY), Worth::Unknown);
        assert_eq!(worth(&case.secret, None, "{}"), Worth::Unknown);
        assert_eq!(super::worth(scheme, &case.secret, None, &[], BODY.as_bytes()), Worth::Missing);
    }
}

#[test]
fn headers_are_read_however_they_were_copied() {
    let expected = [("webhook-id".to_owned(), "8a1c".to_owned())];
    for text in [
        "webhook-id: 8a1c",
        "< webhook-id: 8a1c\r\n",
        "  'webhook-id': '8a1c',\nnothing",
        "\"webhook-id\": [\"8a1c\"]",
        "\"webhook-id\" => \"8a1c\",",
    ] {
        assert_eq!(read_headers(text), expected, "{text}");
    }
    assert_eq!(read_headers("HTTP_WEBHOOK_ID=8a1c")[0].0.to_lowercase(), "webhook-id");
    let signature = "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,x=";
    assert_eq!(read_headers(signature)[0].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,x=");
    assert_eq!(read_headers("X-Chatwoot-Signature: sha256=58aa")[0].1, "sha256=58aa");
}
