//! What nobody sends by mistake, to every operation of the description, by somebody who may do it: refused or understood, never the server's
//! fault, and never followed by silence.
use crate::{
    gates::send,
    support::{
        Caller, Furnished, PATIENCE, Server,
        furnished::FIRST,
        operations::{self, Operation},
    },
};
use actix_web::http::Method;
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value, json};

/// How many requests are under way at once.
const AT_ONCE: usize = 4;

struct Stage {
    server: Server,
    account: Furnished,
}

impl Stage {
    async fn new() -> Stage {
        let server = Server::start().await;
        let account = Furnished::new(&server, FIRST, 3).await;
        Stage { server, account }
    }

    async fn caller(&self, operation: &Operation) -> Caller {
        self.account.caller(&self.server, operation).await
    }

    fn path(&self, operation: &Operation) -> String {
        operation.path(|before, name| self.account.parameter(before, name))
    }

    fn input(&self, operation: &Operation) -> Map<String, Value> {
        operation.input(&|name| self.account.field(name))
    }

    /// Ben may have been put out of his inbox.
    async fn mend(&self) {
        let office = &self.account.office;
        office.administrator.post("/inbox_members", json!({"inbox_id": self.account.inbox.id, "user_ids": [office.agent.id]})).await.ok();
    }

    /// The server is there, nothing waits, and nothing has gone wrong unseen.
    async fn finish(self, wrong: Vec<String>) {
        assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
        self.server.anonymous().get("/health").await.ok();
        assert_eq!(self.server.anonymous().get("/api").await.ok()["data_services"], "ok");
        self.server.finish().await;
    }
}

/// Operations whose answer goes on until somebody hangs up.
fn goes_on(operation: &Operation) -> bool {
    operation.template.ends_with("/stream")
}

/// Bodies that are no object, or none that can be read.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str, depth: usize| format!("{{\"name\":{}1{}}}", open.repeat(depth), close.repeat(depth)).into_bytes();
    vec![
        ("array", b"[]".to_vec()),
        ("array of objects", b"[{\"name\":\"x\"}]".to_vec()),
        ("text", b"\"text\"".to_vec()),
        ("number", b"1".to_vec()),
        ("half", b"{\"name\":".to_vec()),
        ("two", b"{}{}".to_vec()),
        ("no JSON", b"name=x".to_vec()),
        ("invalid UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("overlong UTF-8", b"{\"name\":\"\xc0\xaf\"}".to_vec()),
        ("lone surrogate", br#"{"name":"\ud800"}"#.to_vec()),
        ("swapped surrogates", br#"{"name":"\udc00\ud800"}"#.to_vec()),
        ("huge number", b"{\"name\":1e400}".to_vec()),
        ("hex number", b"{\"name\":0x1}".to_vec()),
        ("NaN", b"{\"name\":NaN}".to_vec()),
        ("comment", b"{/**/}".to_vec()),
        ("raw control", b"{\"name\":\"\x01\"}".to_vec()),
        ("two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf{}".to_vec()),
        ("zeros", vec![0; 64]),
        ("deep arrays", deep("[", "]", 5_000)),
        ("deep objects", deep("{\"a\":", "}", 5_000)),
        ("unclosed arrays", b"[".repeat(100_000)),
    ]
}

#[actix_rt::test]
async fn bodies_that_are_no_object_are_refused() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    for operation in operations::all().iter().filter(|operation| !goes_on(operation) && operation.method != Method::DELETE) {
        let (caller, path) = (stage.caller(operation).await, stage.path(operation));
        let reads = !operation.fields.is_empty();
        for (name, body) in unreadable() {
            let answer = caller.send(operation.method.clone(), &path, Some("application/json"), body).await;
            // what takes nothing reads nothing
            if answer.status >= 500 || reads && !(400..500).contains(&answer.status) {
                wrong.push(format!("{} with {name}: {} {:.200}", operation.line(), answer.status, answer.text()));
            }
        }
    }
    stage.finish(wrong).await;
}

/// Values that fit hardly any field.
fn unfit() -> Vec<Value> {
    let numbers = ["-1", "1.5", "-0.0", "1e300", "99999999999999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808"];
    let numbers = numbers.iter().map(|text| serde_json::from_str(text).unwrap());
    let nested = (0..40).fold(json!(1), |inner, _| json!({"a": [inner]}));
    [json!(null), json!(true), json!([]), json!({}), json!([[[]]]), json!({"a": {"b": 1}}), nested, json!(""), json!(" "), json!("x\u{0}y")]
        .into_iter()
        .chain(numbers)
        .chain([json!("99999999999999999999"), json!("-1"), json!("no_such_name"), json!("2026-13-45T99:99:99Z"), json!("x".repeat(30_000))])
        .chain([json!("%00'\";--\\\u{202e}\u{feff}"), json!(["\u{0}", {"\u{0}": null}]), json!(["no_such_name", -1, null, 1e300])])
        .collect()
}

/// Each place in a value, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut go = |key: &str, inner: &Value| {
        let place = format!("{at}/{key}");
        places(inner, &place, found);
        found.push(place);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| go(key, inner)),
        Value::Array(items) => items.iter().enumerate().for_each(|(key, inner)| go(&key.to_string(), inner)),
        _ => {}
    }
}

/// The input with each of its values replaced by each that hardly fits.
fn spoiled(input: Map<String, Value>) -> Vec<(String, Map<String, Value>)> {
    let (whole, mut all) = (Value::Object(input), Vec::new());
    places(&whole, "", &mut all);
    let with = |place: &String, value: &Value| {
        let mut spoiled = whole.clone();
        *spoiled.pointer_mut(place).unwrap() = value.clone();
        (format!("{place} = {value:.60}"), spoiled.as_object().unwrap().clone())
    };
    all.iter().flat_map(|place| unfit().iter().map(|value| with(place, value)).collect::<Vec<_>>()).collect()
}

#[actix_rt::test]
async fn no_field_of_a_wrong_type_or_size_is_the_servers_fault() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    // (each try to sign in takes its time, on purpose)
    for operation in operations::all().iter().filter(|operation| !goes_on(operation) && operation.template != "/auth/sign_in") {
        stage.mend().await;
        let (caller, path) = (&stage.caller(operation).await, &stage.path(operation));
        let ask = |(what, input): (String, Map<String, Value>)| async move { (what, send(operation, caller, path, input).await) };
        let mut answers = stream::iter(spoiled(stage.input(operation))).map(ask).buffer_unordered(AT_ONCE);
        while let Some((what, answer)) = answers.next().await {
            // links are mailed after the answer, and only so many may be on their way
            let mails = ["/auth/password", "/resend_confirmation"].contains(&operation.template);
            let is_to_wait = mails && answer.status == 503 && answer.header("retry-after").is_some();
            if answer.status >= 500 && !is_to_wait {
                wrong.push(format!("{} with {what}: {} {:.200}", operation.line(), answer.status, answer.text()));
            }
        }
    }
    stage.finish(wrong).await;
}

#[actix_rt::test]
async fn no_name_in_a_path_is_the_servers_fault() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    let long = "9".repeat(5_000);
    let names = ["0", "-1", "x", "1x", "1.5", "99999999999999999999", "9223372036854775807", "%00", "%ff", "%20", "1%2f2", "..%2f", "{id}", &long];
    for operation in operations::all() {
        let caller = stage.caller(&operation).await;
        for bad in 0..operation.parameters().len() {
            for name in names {
                let place = std::cell::Cell::new(0);
                let path = operation.path(|before, known| {
                    let at = place.replace(place.get() + 1);
                    if at == bad { name.to_owned() } else { stage.account.parameter(before, known) }
                });
                // an answer that goes on would be a mistake, too
                let asked = actix_rt::time::timeout(PATIENCE, send(&operation, &caller, &path, stage.input(&operation))).await;
                let answer = asked.unwrap_or_else(|_| panic!("{} goes on as {path:.100}", operation.line()));
                // a label that is none is taken off already
                let is_idle = operation.template.ends_with("/labels/{label}") && answer.status == 204;
                if !(400..500).contains(&answer.status) && !is_idle {
                    wrong.push(format!("{} as {path:.100}: {} {:.200}", operation.line(), answer.status, answer.text()));
                }
            }
        }
    }
    stage.finish(wrong).await;
}

#[actix_rt::test]
async fn a_method_that_a_path_does_not_know_is_told_which_it_knows() {
    let stage = Stage::new().await;
    let (mut wrong, all) = (Vec::new(), operations::all());
    for operation in &all {
        let path = stage.path(operation);
        let mut known: Vec<&str> = all.iter().filter(|other| other.template == operation.template).map(|other| other.method.as_str()).collect();
        known.sort();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"].into_iter().filter(|method| !known.contains(method)) {
            let caller = stage.caller(operation).await;
            let answer = caller.send(method.parse().unwrap(), &path, Some("application/json"), b"{}".to_vec()).await;
            let mut allowed: Vec<&str> = answer.header("allow").unwrap_or_default().split(", ").collect();
            allowed.sort();
            if answer.status != 405 || allowed != known || answer.json() != json!({"status": 405, "error": "Method Not Allowed"}) {
                wrong.push(format!("{method} {path}: {} {allowed:?} {:.200}", answer.status, answer.text()));
            }
        }
    }
    stage.finish(wrong).await;
}

#[actix_rt::test]
async fn bodies_over_two_megabytes_are_refused_as_too_large() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(3 << 20)).into_bytes();
    for operation in operations::all().iter().filter(|operation| !operation.reads_query() && !operation.fields.is_empty()) {
        let (caller, path) = (stage.caller(operation).await, stage.path(operation));
        let answer = caller.send(operation.method.clone(), &path, Some("application/json"), body.clone()).await;
        if answer.status != 413 {
            wrong.push(format!("{}: {} {:.200}", operation.line(), answer.status, answer.text()));
        }
    }
    stage.finish(wrong).await;
}
