//! Contacts as tables: many are brought at once, and all are taken along.
use crate::support::{File, Office, PostOffice, Server, until};
use serde_json::{Value, json};

fn file(content: &str) -> File<'_> {
    File::new("import_file", "contacts.csv", "text/csv", content.as_bytes())
}

async fn bring(office: &Office, content: &str) -> crate::support::Answer {
    office.administrator.upload("/contacts/import", &[], &[file(content)]).await
}

/// All contacts, the oldest first.
async fn contacts(office: &Office) -> Vec<Value> {
    let asked = json!({"payload": [{"attribute_key": "name", "filter_operator": "not_equal_to", "values": ["nobody"]}], "sort": "created_at"});
    let mut all = office.agent.post("/contacts/filter", asked).await.ok()["payload"].as_array().unwrap().clone();
    all.sort_by_key(|contact| contact["id"].as_i64());
    all
}

#[actix_rt::test]
async fn rows_become_contacts_or_change_those_that_are_known() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"attribute_display_name": "Seats", "attribute_key": "seats", "attribute_display_type": "number", "attribute_model": 1});
    office.administrator.post("/custom_attribute_definitions", said).await.ok();
    let known = office.contact(json!({"name": "Max", "email": "max@example.org", "custom_attributes": {"plan": "free", "old": 1}})).await;
    let table = "\u{feff}id;name;email;phone_number;identifier;city;plan;seats;created_at\r\n\
        77;Léa;LEA@example.org;+33611223344;crm-1;Lyon;pro;3;yesterday\r\n\
        ;;max@example.org;;;;pro;;\r\n\
        ;Bad number;;0611;;;;;\r\n\
        ;;;;;;;;\r\n\
        ;Bad seats;;;;;;many;\r\n\
        ;Taken;max@example.org;;crm-1;;;;\r\n\
        ;Léa again;;;crm-1;;;4;\r\n\
        ;\"Only; a name\";;;;;;;\r\n";
    let mut done = Value::Null;
    let told = server.telling(async || done = bring(&office, table).await.ok()).await;
    assert_eq!((&done["created"], &done["updated"], &done["refused"]), (&json!(2), &json!(2), &json!(3)), "{done}");
    let lines: Vec<_> = done["errors"].as_array().unwrap().iter().map(|error| error["line"].as_i64().unwrap()).collect();
    assert_eq!(lines, [4, 6, 7], "{done}");
    assert_eq!(done["errors"][1]["message"], "seats must be a number");
    let names: Vec<_> = told.iter().map(|told| told.name).collect();
    assert_eq!(names, ["contact_created", "contact_updated", "contact_updated", "contact_created"]);
    let all = contacts(&office).await;
    assert_eq!(all.iter().map(|contact| contact["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Max", "Léa again", "Only; a name"]);
    assert_eq!((&all[0]["id"], &all[0]["custom_attributes"]), (&json!(known), &json!({"plan": "pro", "old": 1})));
    assert_eq!(
        (&all[1]["email"], &all[1]["phone_number"], &all[1]["identifier"]),
        (&json!("lea@example.org"), &json!("+33611223344"), &json!("crm-1"))
    );
    assert_eq!((&all[1]["additional_attributes"], &all[1]["custom_attributes"]), (&json!({"city": "Lyon"}), &json!({"plan": "pro", "seats": 4})));
    // the same once more changes nothing of those who are known
    let table = "name,email\nMax,max@example.org\n";
    assert!(server.telling(async || assert_eq!(bring(&office, table).await.ok()["updated"], 1)).await.is_empty());
    // a table of many rows
    let many: String = (0..60).map(|nth| format!("Number {nth},{nth}@example.com\n")).collect();
    let done = bring(&office, &format!("name,email\n{many}")).await.ok();
    assert_eq!(done, json!({"created": 60, "updated": 0, "refused": 0, "errors": []}));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_no_table_is_refused() {
    let server = Server::start().await;
    let office = server.office().await;
    for bad in ["plan\npro\n", "name,name\nx,y\n", "PK\u{3}\u{4}"] {
        assert_eq!(bring(&office, bad).await.invalid(), ["import_file"], "{bad:?}");
    }
    let latin = File::new("import_file", "contacts.csv", "text/csv", b"name\nL\xe9a\n");
    assert_eq!(office.administrator.upload("/contacts/import", &[], &[latin]).await.invalid(), ["import_file"]);
    let long = format!("name\n{}", "x\n".repeat(5001));
    assert_eq!(bring(&office, &long).await.invalid(), ["import_file"]);
    let large = format!("name\n{}", "x".repeat(8 << 20));
    assert_eq!(bring(&office, &large).await.invalid(), ["import_file"]);
    assert_eq!(bring(&office, "").await.invalid(), ["import_file"]);
    assert_eq!(office.administrator.post("/contacts/import", json!({})).await.invalid(), ["import_file"]);
    let good = || [file("name\nLea\n")];
    office.agent.upload("/contacts/import", &[], &good()).await.error(401);
    server.anonymous().upload(&format!("/api/v1/accounts/{}/contacts/import", office.account), &[], &good()).await.is(401);
    assert_eq!(contacts(&office).await, [] as [Value; 0]);
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn contacts_are_taken_along_in_a_table_that_is_mailed() {
    let post_office = PostOffice::open();
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let said = json!({"attribute_display_name": "Plan", "attribute_key": "plan", "attribute_model": 1});
    office.administrator.post("/custom_attribute_definitions", said).await.ok();
    let said =
        json!({"name": "Léa, \"the\" first", "email": "lea@example.org", "phone_number": "+33611223344", "custom_attributes": {"plan": "=1+1"}});
    let lea = office.contact(said).await;
    office.contact(json!({"name": "Nobody who can be reached"})).await;
    // more than one step takes up
    for nth in 0..201 {
        office.contact(json!({"name": "Many", "identifier": format!("many-{nth}"), "additional_attributes": {"city": "Lyon"}})).await;
    }
    server.another_office("b.").await.contact(json!({"name": "Theirs", "identifier": "theirs"})).await;
    let export = async |wish: Value, nth: usize| {
        office.administrator.post("/contacts/export", wish).await.ok_and_empty();
        let letter = post_office.wait_for(nth).await[nth - 1].clone();
        assert_eq!((letter.to.as_str(), letter.header("Subject")), ("ada@acme.example", "[Acme] Your contacts are ready".into()));
        let text = letter.parts()[0].clone();
        let base = server.config.public_url.as_str().trim_end_matches('/').to_owned();
        let path = text.lines().find_map(|line| line.strip_prefix(&base)).unwrap_or_else(|| panic!("no link in {text}")).to_owned();
        let file = server.anonymous().get(&path).await;
        assert_eq!(file.status, 200);
        assert!(file.header("content-disposition").is_some_and(|said| said.starts_with("attachment")), "a browser saves it");
        (text, file.text())
    };
    let (text, table) = export(json!({"column_names": [], "payload": [], "label": ""}), 1).await;
    assert!(text.contains("has 202 contacts"), "{text}");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("\u{feff}id,name,email,phone_number,identifier,company_name,city,country,last_activity_at,created_at"));
    let first = lines.next().unwrap();
    assert!(first.starts_with(&format!("{lea},\"Léa, \"\"the\"\" first\",lea@example.org,+33611223344,,,,,,2")), "{first}");
    assert_eq!((lines.clone().count(), lines.filter(|line| line.contains("many-")).count()), (201, 201));
    let one = json!([{"attribute_key": "email", "filter_operator": "equal_to", "values": ["lea@example.org"]}]);
    let (text, table) = export(json!({"column_names": ["plan", "name"], "payload": one}), 2).await;
    assert!(text.contains("has one contact"), "{text}");
    assert_eq!(table, "\u{feff}plan,name\n'=1+1,\"Léa, \"\"the\"\" first\"\n");

    office.administrator.post(&format!("/contacts/{lea}/labels"), json!({"labels": ["vip"]})).await.ok();
    let (_, table) = export(json!({"column_names": ["id"], "label": "VIP"}), 3).await;
    assert_eq!(table, format!("\u{feff}id\n{lea}\n"));

    for wrong in [json!({"column_names": ["colour"]}), json!({"column_names": ["name", "name"]}), json!({"payload": [{}]})] {
        office.administrator.post("/contacts/export", wrong).await.error(422);
    }
    office.agent.post("/contacts/export", json!({})).await.error(401);
    let waiting = "SELECT count(*) AS number FROM mails WHERE state = 0";
    until("the mails to be done with", async || (server.count(waiting).await == 0).then_some(())).await;
    server.finish().await;
    assert_eq!(post_office.letters().len(), 3);
}

#[actix_rt::test]
async fn without_a_mail_server_a_table_cannot_be_sent() {
    let server = Server::start().await;
    let office = server.office().await;
    let why = office.administrator.post("/contacts/export", json!({})).await.error(422);
    assert!(why.contains("HOOKDESK_SMTP_URL"), "{why}");
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 0);
    server.finish().await;
}
