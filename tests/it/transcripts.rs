//! What was said in a conversation, by mail.
use crate::support::{File, PostOffice, Server};
use serde_json::json;

#[actix_rt::test]
async fn somebody_is_sent_what_the_contact_may_see() {
    let mailed = PostOffice::open();
    let mail = mailed.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Where is my <parcel>?").await;
    let path = format!("/conversations/{number}");
    office.agent.post(&format!("{path}/messages"), json!({"content": "Difficult", "private": true})).await.ok();
    let file = File::new("attachments[]", "label.txt", "text/plain", b"label");
    office.agent.upload(&format!("{path}/messages"), &[("content", "On its way")], &[file]).await.ok();
    office.agent.post(&format!("{path}/toggle_status"), json!({"status": "resolved"})).await.ok();
    let told =
        server.telling(async || office.agent.post(&format!("{path}/transcript"), json!({"email": "Lea@Example.org"})).await.ok_and_empty()).await;
    assert!(told.is_empty());
    let letters = mailed.wait_for(1).await;
    assert_eq!((letters[0].to.as_str(), letters[0].header("Subject")), ("lea@example.org", format!("[Acme] Conversation #{number}")));
    let text = letters[0].parts()[0].clone();
    let (asked, answered) = (text.find("Where is my <parcel>?").unwrap(), text.find("On its way").unwrap());
    assert!(asked < answered && text.contains("Ben Agent (") && text.contains("label.txt: http://"), "{text}");
    assert!(!text.contains("Difficult") && !text.contains("resolved"), "{text}");

    let transcript = format!("{path}/transcript");
    for nothing in [json!({}), json!({"email": " "}), json!({"email": null})] {
        office.agent.post(&transcript, nothing).await.error(422);
    }
    assert_eq!(office.agent.post(&transcript, json!({"email": "lea"})).await.invalid(), ["email"]);
    let said = json!({"email": "lea@example.org"});
    office.another_agent("Cleo", "cleo@acme.example").await.post(&transcript, said.clone()).await.error(401);
    server.another_office("b.").await.agent.post(&transcript, said.clone()).await.error(404);
    office.agent.post("/conversations/999/transcript", said).await.error(404);
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn a_long_conversation_is_cut_from_its_beginning() {
    let mailed = PostOffice::open();
    let mail = mailed.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "The first word").await;
    for _ in 0..4 {
        office.agent.says(number, &"long ".repeat(29_000)).await;
    }
    office.agent.says(number, "The last word").await;
    office.agent.post(&format!("/conversations/{number}/transcript"), json!({"email": "lea@example.org"})).await.ok_and_empty();
    let letters = mailed.wait_for(1).await;
    let text = letters[0].parts()[0].clone();
    assert!(text.contains("The last word") && text.contains("Only the newest") && !text.contains("The first word"));
    server.finish().await;
}

#[actix_rt::test]
async fn without_a_mail_server_it_is_said_so() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let answer = office.agent.post(&format!("/conversations/{number}/transcript"), json!({"email": "lea@example.org"})).await.error(422);
    assert!(answer.contains("no mail server"), "{answer}");
    server.finish().await;
}
