//! Contacts as tables: many are brought at once, and all are taken along.
use crate::support::{Office, PostOffice, Server, table, until};
use serde_json::{Value, json};

/// All contacts, the oldest first.
async fn contacts(office: &Office) -> Vec<Value> {
    let asked = json!({"payload": [{"attribute_key": "name", "filter_operator": "not_equal_to", "values": ["nobody"]}], "sort": "created_at"});
    let mut all = office.agent.post("/contacts/filter", asked).await.ok()["payload"].as_array().unwrap().clone();
    all.sort_by_key(|contact| contact["id"].as_i64());
    all
}

async fn file(server: &Server, job: &Value) -> String {
    let file = server.anonymous().get(server.path(&job["file_url"])).await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").is_some_and(|said| said.starts_with("attachment")), "a browser saves it");
    file.text()
}

#[actix_rt::test]
async fn rows_become_contacts_or_change_those_that_are_known() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"attribute_display_name": "Seats", "attribute_key": "seats", "attribute_display_type": "number", "attribute_model": 1});
    office.administrator.post("/custom_attribute_definitions", said).await.ok();
    let known = office.contact(json!({"name": "Max", "email": "max@example.org", "custom_attributes": {"plan": "free", "old": 1}})).await;
    let rows = "\u{feff}id;name;email;phone_number;identifier;city;company;plan;seats;created_at\r\n\
        77;Léa;LEA@example.org;33611223344;crm-1;Lyon;Acme;pro;3;yesterday\r\n\
        ;;max@example.org;;;;;pro;;\r\n\
        ;=Bad number;;0611;;;;;;\r\n\
        ;;;;;;;;;\r\n\
        ;\"Bad; \"\"seats\"\"\";;;;;;;many;\r\n\
        ;Taken;max@example.org;;crm-1;;;;;\r\n\
        ;Léa again;;;crm-1;;;;4;\r\n\
        ;\"Only; a name\";;;;;;;;\r\n";
    let mut done = Value::Null;
    let told = server.telling(async || done = office.brings(rows).await).await;
    assert_eq!((&done["created"], &done["updated"], &done["refused"]), (&json!(2), &json!(2), &json!(3)), "{done}");
    assert_eq!((&done["total"], &done["done"], &done["state"], &done["kind"]), (&json!(7), &json!(7), &json!("done"), &json!("import")));
    assert_eq!((&done["filename"], &done["user_id"]), (&json!("contacts.csv"), &json!(office.administrator.id)));
    let lines: Vec<_> = done["errors"].as_array().unwrap().iter().map(|error| error["line"].as_i64().unwrap()).collect();
    assert_eq!(lines, [4, 6, 7], "{done}");
    assert_eq!(done["errors"][1]["message"], "seats must be a number");
    // the rows that were refused, to be mended and brought again
    assert_eq!(
        file(&server, &done).await,
        "\u{feff}id,name,email,phone_number,identifier,city,company,plan,seats,created_at,line,errors\n\
         ,'=Bad number,,0611,,,,,,,4,Phone number should be in e164 format\n\
         ,\"Bad; \"\"seats\"\"\",,,,,,,many,,6,seats must be a number\n\
         ,Taken,max@example.org,,crm-1,,,,,,7,Email has already been taken\n"
    );
    let names: Vec<_> = told.iter().map(|told| told.name).collect();
    assert_eq!(names, ["contact_created", "contact_updated", "contact_updated", "contact_created"]);
    assert!(told.iter().all(|told| told.actor.is_some_and(|(_, id)| id == office.administrator.id)));
    let all = contacts(&office).await;
    assert_eq!(all.iter().map(|contact| contact["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Max", "Léa again", "Only; a name"]);
    assert_eq!((&all[0]["id"], &all[0]["custom_attributes"]), (&json!(known), &json!({"plan": "pro", "old": 1})));
    assert_eq!(
        (&all[1]["email"], &all[1]["phone_number"], &all[1]["identifier"]),
        (&json!("lea@example.org"), &json!("+33611223344"), &json!("crm-1"))
    );
    assert_eq!(all[1]["additional_attributes"], json!({"city": "Lyon", "company_name": "Acme"}));
    assert_eq!(all[1]["custom_attributes"], json!({"plan": "pro", "seats": 4}));
    // the same once more changes nothing of those who are known
    let rows = "name,email\nMax,max@example.org\n";
    assert!(server.telling(async || assert_eq!(office.brings(rows).await["updated"], 1)).await.is_empty());
    // a table of more rows than one step takes up
    let many: String = (0..120).map(|nth| format!("Number {nth},{nth}@example.com\n")).collect();
    let done = office.brings(&format!("name,email\n{many}")).await;
    assert_eq!((&done["created"], &done["errors"], &done["file_url"]), (&json!(120), &json!([]), &Value::Null), "{done}");
    // one without rows is done at once
    assert_eq!(office.brings("name\n").await["state"], "done");
    server.finish().await;
}

#[actix_rt::test]
async fn refused_rows_are_mended_and_brought_again() {
    let server = Server::start().await;
    let office = server.office().await;
    let done = office.brings("name,phone_number,line\nLea,none,lea.l\nMax,none,max.m\n").await;
    let refused = file(&server, &done).await;
    // a column of one's own may have the same name
    assert!(refused.contains("name,phone_number,line,line,errors\nLea,none,lea.l,2,Phone number"), "{refused}");
    let done = office.brings(&refused.replacen("none", "+33611223344", 1)).await;
    assert_eq!((&done["created"], &done["refused"]), (&json!(1), &json!(1)), "{done}");
    assert_eq!(contacts(&office).await[0]["custom_attributes"], json!({"line": "lea.l"}));
    let again = file(&server, &done).await;
    assert!(again.ends_with("name,phone_number,line,line,errors\nMax,none,max.m,3,Phone number should be in e164 format\n"), "{again}");
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_no_table_is_refused() {
    let server = Server::start_with(|config| config.upload_limit = 1).await;
    let office = server.office().await;
    let bring = async |content: &[u8]| office.administrator.upload("/contacts/import", &[], &[table(content)]).await;
    let long = format!("name\n{}", "x\n".repeat(200_001));
    let huge = format!("name\n{}\n", "x".repeat(300_000));
    let open = format!("name\nLea\n\"Max\n{}", "Nia\n".repeat(100_000));
    let wide = format!("name{}\n", ",x".repeat(501));
    let bad: [(&[u8], &str); 11] = [
        (b"plan\npro\n", "must name the columns"),
        (b"name,name\nx,y\n", "twice"),
        (b"PK\x03\x04", "must name the columns"),
        (b"\0\0\0\0", "must name the columns"),
        (b"name\nLea\nL\xe9a\n", "Line 3 is not UTF-8"),
        (b"\xff\xfen\0a\0m\0e\0\n\0", "Line 1 is not UTF-8"),
        (b"name\nLea\n\"Max\nNia\n", "line 3 is never closed"),
        (open.as_bytes(), "line 3 is never closed"),
        (huge.as_bytes(), "line 2 is too long"),
        (long.as_bytes(), "more than 200,000 rows"),
        (wide.as_bytes(), "more than 500 columns"),
    ];
    for (content, why) in bad {
        let answer = bring(content).await;
        assert_eq!(answer.invalid(), ["import_file"]);
        let message = answer.json()["message"].as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "");
        assert!(message.contains(why), "{why}: {message}");
    }
    assert_eq!(bring(b"").await.invalid(), ["import_file"]);
    assert_eq!(office.administrator.post("/contacts/import", json!({})).await.invalid(), ["import_file"]);
    let large = format!("name\n{}", "x\n".repeat(1 << 19));
    assert!(bring(large.as_bytes()).await.error(422).contains("contacts.csv is larger than 1 MB"));
    assert_eq!(contacts(&office).await, [] as [Value; 0]);
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 0);
    assert_eq!(office.administrator.get("/contact_jobs").await.ok(), json!({"payload": []}));
    server.finish().await;
}

#[actix_rt::test]
async fn odd_rows_keep_out_no_others() {
    let server = Server::start().await;
    let office = server.office().await;
    let columns: Vec<String> = (0..200).map(|nth| format!("column_{nth}")).collect();
    let cells = vec!["x"; 200].join(",");
    let huge = "y".repeat(400);
    let row = |first: &str, cells: &str| format!("{first},{cells}\n");
    let rows = [
        format!("name,blocked,{}\n", columns.join(",")),
        row("Wide,yes", &cells),
        row(&format!("{},", "n".repeat(256)), &cells),
        row("Perhaps,perhaps", &cells),
        row("Large,", &vec![huge.as_str(); 200].join(",")),
        row("Long,", &format!("{cells},more")),
        "Short\n".to_owned(),
        "Zero\0s\n".to_owned(),
        "\"Two\nlines\"\n".to_owned(),
        "' OR 1=1; DROP TABLE contacts;--\n".to_owned(),
    ];
    let done = office.brings(&rows.concat()).await;
    assert_eq!((&done["created"], &done["refused"]), (&json!(5), &json!(4)), "{done}");
    let told: Vec<(i64, &str)> =
        done["errors"].as_array().unwrap().iter().map(|error| (error["line"].as_i64().unwrap(), error["message"].as_str().unwrap())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6]);
    for ((_, message), part) in told.iter().zip(["Name is too long", "blocked", "large", "more cells than columns"]) {
        assert!(message.contains(part), "{message}");
    }
    let all = contacts(&office).await;
    let names: Vec<_> = all.iter().map(|contact| contact["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Wide", "Short", "Zeros", "Two\nlines", "' OR 1=1; DROP TABLE contacts;--"]);
    assert_eq!((&all[0]["blocked"], all[0]["custom_attributes"].as_object().unwrap().len()), (&json!(true), 200));
    assert_eq!(file(&server, &done).await.lines().count(), 5);
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
        let job = office.takes_along(wish).await;
        assert_eq!((&job["state"], &job["kind"], &job["done"], &job["errors"]), (&json!("done"), &json!("export"), &job["total"], &json!([])));
        let letter = post_office.wait_for(nth).await[nth - 1].clone();
        assert_eq!((letter.to.as_str(), letter.header("Subject")), ("ada@acme.example", "[Acme] Your contacts are ready".into()));
        let text = letter.parts()[0].clone();
        assert!(text.contains(job["file_url"].as_str().unwrap()), "no link in {text}");
        (text, file(&server, &job).await)
    };
    let (text, table) = export(json!({"column_names": [], "payload": [], "label": ""}), 1).await;
    assert!(text.contains("has 202 contacts") && text.contains("works for a day"), "{text}");
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
    let waiting = "SELECT count(*) AS number FROM mails WHERE state = 0";
    until("the mails to be done with", async || (server.count(waiting).await == 0).then_some(())).await;
    server.finish().await;
    assert_eq!(post_office.letters().len(), 3);
}
