//! What messages say in other languages, as a service says it.
use crate::support::{Office, Receiver, Reply, Server};
use serde_json::{Value, json};

/// A conversation with a message, and a service that translates.
struct Stage {
    server: Server,
    office: Office,
    service: Receiver,
    number: i64,
    /// Where the message is.
    message: String,
}

impl Stage {
    async fn set(text: &str) -> Stage {
        let (server, service) = (Server::start().await, Receiver::open());
        let office = server.office().await;
        let (visitor, number) = office.conversation(&office.api_inbox().await).await;
        let written = visitor.post(&format!("/conversations/{number}/messages"), json!({"content": text})).await.ok();
        let message = format!("/conversations/{number}/messages/{}", written["id"]);
        Stage { server, office, service, number, message }
    }

    async fn hook(&self) -> String {
        let settings = json!({"endpoint_url": self.service.url_of("/translate"), "api_key": "k"});
        let made = self.office.administrator.post("/integrations/hooks", json!({"app_id": "libretranslate", "settings": settings})).await.ok();
        format!("/integrations/hooks/{}", made["id"])
    }

    /// Asks for the message in a language.
    async fn translated(&self, language: &str) -> Value {
        self.office.agent.post(&format!("{}/translate", self.message), json!({"target_language": language})).await.ok()
    }

    async fn refused(&self, language: &str) -> String {
        self.office.agent.post(&format!("{}/translate", self.message), json!({"target_language": language})).await.error(422)
    }

    /// What is kept of the message.
    async fn kept(&self) -> Value {
        let list = self.office.agent.get(&format!("/conversations/{}/messages", self.number)).await.ok();
        let id: i64 = self.message.rsplit('/').next().unwrap().parse().unwrap();
        list["payload"].as_array().unwrap().iter().find(|message| message["id"] == id).unwrap()["content_attributes"].clone()
    }

    fn answers(&self, text: &str) {
        self.service.next(Reply::ok().body(json!({"translatedText": text}).to_string()));
    }
}

#[actix_rt::test]
async fn a_message_is_translated_once_for_each_language_and_kept() {
    let stage = Stage::set("Good morning").await;
    assert_eq!(stage.translated("de").await, json!({"content": null}), "nobody translates yet");
    let hook = stage.hook().await;
    stage.answers("Guten Morgen");
    assert_eq!(stage.translated("de").await, json!({"content": "Guten Morgen"}));
    let asked = stage.service.received();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/translate"));
    assert_eq!(asked[0].json(), json!({"q": "Good morning", "source": "auto", "target": "de", "format": "text", "api_key": "k"}));
    assert_eq!(stage.kept().await["translations"], json!({"de": "Guten Morgen"}));
    assert_eq!(stage.translated("de").await, json!({"content": "Guten Morgen"}));
    assert_eq!(stage.service.received().len(), 1, "it is known");
    stage.answers("Bom dia");
    assert_eq!(stage.translated("pt_BR").await["content"], "Bom dia");
    assert_eq!(stage.service.received()[1].json()["target"], "pt-BR");
    assert_eq!(stage.kept().await["translations"], json!({"de": "Guten Morgen", "pt_BR": "Bom dia"}));
    stage.office.administrator.patch(&hook, json!({"status": "disabled"})).await.ok();
    assert_eq!(stage.translated("th").await, json!({"content": null}));
    assert_eq!(stage.translated("de").await["content"], "Guten Morgen");
    stage.office.agent.delete(&stage.message).await.ok();
    assert_eq!(stage.kept().await, json!({"deleted": true}), "what was taken back is nowhere");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_translation_is_told_like_any_other_change_of_a_message() {
    let stage = Stage::set("Good morning").await;
    stage.hook().await;
    stage.answers("Guten Morgen");
    let frames = stage.server.framing(async || stage.translated("de").await).await;
    let told: Vec<&str> = frames.iter().map(|frame| frame.name).collect();
    assert_eq!(told[0], "message.updated");
    assert_eq!(frames[0].data["content_attributes"]["translations"]["de"], "Guten Morgen");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn what_goes_wrong_at_the_service_is_said_and_nothing_kept() {
    let stage = Stage::set("Good morning").await;
    stage.hook().await;
    for (reply, said) in [
        (Reply::status(403).body(json!({"error": "Invalid API key"}).to_string()), "Invalid API key"),
        (Reply::status(500), "500"),
        (Reply::status(302).header("location", "http://169.254.169.254/"), "302"),
        (Reply::ok().body("<html>"), "no translation"),
        (Reply::ok().body(json!({"translatedText": ""}).to_string()), "no translation"),
        (Reply::hang_up(), "connection_closed"),
    ] {
        stage.service.next(reply);
        let refused = stage.refused("de").await;
        assert!(refused.contains(said), "{refused}");
    }
    assert_eq!(stage.kept().await.get("translations"), None);
    stage.answers(&"ก".repeat(30_000));
    assert_eq!(stage.translated("th").await["content"].as_str().unwrap().chars().count(), 30_000, "more than webhooks keep of an answer");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn only_who_sees_a_message_has_it_translated() {
    let stage = Stage::set("Good morning").await;
    stage.hook().await;
    let (office, path) = (&stage.office, format!("{}/translate", stage.message));
    let de = || json!({"target_language": "de"});
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    outsider.post(&path, de()).await.error(401);
    let stranger = stage.server.another_office("b.").await;
    stranger.administrator.post(&path, de()).await.error(404);
    stage.server.anonymous().below("/api/v1/accounts/1").post(&path, de()).await.is(401);
    office.agent.post(&format!("/conversations/{}/messages/999999/translate", stage.number), de()).await.error(404);
    office.agent.post("/conversations/999999/messages/1/translate", de()).await.error(404);
    for language in [json!(""), json!("german"), json!("../en"), json!("de-DE-x"), json!(null), json!(1)] {
        office.agent.post(&path, json!({"target_language": language})).await.error(422);
    }
    assert!(stage.service.received().is_empty());
    stage.server.finish().await;
}

#[actix_rt::test]
async fn what_is_too_long_is_not_sent() {
    let stage = Stage::set(&"a".repeat(20_001)).await;
    stage.hook().await;
    let refused = stage.refused("de").await;
    assert!(refused.contains("20000") && stage.service.received().is_empty(), "{refused}");
    stage.server.finish().await;
}
