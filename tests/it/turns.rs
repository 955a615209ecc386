//! Many who turn out to be the same person at the same moment, in every way in which somebody may: nobody waits for somebody who waits for them, so
//! everybody gets their answer, and nothing that was said is lost.
use crate::support::{Answer, ApiInbox, Office, Server, Website, WidgetVisitor};
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::{FutureExt, LocalBoxFuture, join_all};
use serde_json::json;

const ROUNDS: usize = 12;

/// What somebody does, and how it is answered.
type Deed<'a> = LocalBoxFuture<'a, (&'static str, Answer)>;

fn deed<'a>(what: &'static str, answer: impl Future<Output = Answer> + 'a) -> Deed<'a> {
    answer.map(move |answer| (what, answer)).boxed_local()
}

struct Stage {
    office: Office,
    site: Website,
    /// Where everybody has one conversation at a time.
    locked: Website,
    inbox: ApiInbox,
    server: Server,
}

/// Somebody with several conversations, in the first of which they were asked for their address.
struct Guest {
    visitor: WidgetVisitor,
    question: i64,
    first: i64,
}

impl Stage {
    async fn set() -> Stage {
        let server = Server::start().await;
        let office = server.office().await;
        let site = office.website_with(json!({})).await;
        let locked = office.website_with(json!({"lock_to_single_conversation": true})).await;
        let inbox = office.api_inbox().await;
        Stage { office, site, locked, inbox, server }
    }

    async fn guest(&self, site: &Website) -> Guest {
        let visitor = self.office.comes(site).await;
        let mut first = 0;
        for text in ["One", "Two", "Three"] {
            let begun = visitor.post("/conversations", json!({"message": {"content": text}})).await.ok();
            first = if first == 0 { begun["id"].as_i64().unwrap() } else { first };
        }
        let asked = json!({"content": "Your address?", "content_type": "input_email"});
        let path = format!("/conversations/{first}/messages");
        let question = self.office.agent.post(&path, asked).await.ok()["id"].as_i64().unwrap();
        Guest { visitor, question, first }
    }

    async fn merges(&self, base: i64, other: i64) -> Answer {
        self.office.agent.post("/actions/contact_merge", json!({"base_contact_id": base, "mergee_contact_id": other})).await
    }

    /// Everybody says that they are Lea, and agents say it of them.
    async fn round(&self, round: usize) {
        let (address, number) = (format!("lea-{round}@example.org"), format!("+33611{round:06}"));
        let identifier = format!("crm-{round}");
        let mut guests = Vec::new();
        for site in [&self.site, &self.locked, &self.site, &self.site, &self.locked, &self.site] {
            guests.push(self.guest(site).await);
        }
        let api = self.office.visitor(&self.inbox, json!({"name": "By number", "phone_number": number})).await;
        let begun = api.begin().await;
        let [lea, a, b, c, d, e] = &guests[..] else { unreachable!() };
        lea.visitor.patch("/contact", json!({"email": address, "name": "Lea"})).await.ok();
        let said = json!({"contact": {"email": address}});
        let signed = json!({"identifier": identifier, "identifier_hash": self.site.proof(&identifier), "email": address});
        let both = json!({"email": address, "phone_number": number});
        let message = json!({"message": {"content": "More"}});
        let with_address = json!({"contact": {"email": address}, "message": {"content": "Four"}});
        let (question_a, question_b) = (format!("/messages/{}", a.question), format!("/messages/{}", b.question));
        let agent = &self.office.agent;
        let answer = format!("/conversations/{}/messages", a.first);
        let (written, resolved) = (format!("/conversations/{begun}/messages"), format!("/conversations/{}/toggle_status", b.first));
        let merges = |base: i64, other: i64| deed("merge", self.merges(base, other));
        let deeds = vec![
            deed("submit", a.visitor.patch(&question_a, said.clone())),
            merges(lea.visitor.id, a.visitor.id),
            deed("submit", b.visitor.patch(&question_b, said.clone())),
            merges(b.visitor.id, lea.visitor.id),
            deed("patch", c.visitor.patch("/contact", both)),
            merges(c.visitor.id, b.visitor.id),
            deed("begin", d.visitor.post("/conversations", with_address)),
            merges(lea.visitor.id, d.visitor.id),
            deed("set_user", e.visitor.patch("/contact/set_user", signed)),
            merges(lea.visitor.id, e.visitor.id),
            deed("write", a.visitor.post("/messages", message.clone())),
            deed("write", b.visitor.post("/messages", message.clone())),
            deed("write", lea.visitor.post("/messages", message)),
            deed("answer", agent.post(&answer, json!({"content": "Hi"}))),
            deed("resolve", agent.post(&resolved, json!({"status": "resolved"}))),
            deed("public", api.patch("", json!({"email": address}))),
            deed("public write", api.post(&written, json!({"content": "Hello"}))),
            deed("public begin", api.post("/conversations", json!({}))),
            deed("forget", c.visitor.post("/contact/destroy_custom_attributes", json!({"custom_attributes": ["a"]}))),
            deed("look", d.visitor.post("/config", json!({}))),
        ];
        for (what, answer) in join_all(deeds).await {
            // who was merged already cannot be merged again, nor with themselves
            let is_done = what == "merge" && [404, 422].contains(&answer.status);
            assert!(answer.status < 300 || is_done, "round {round}: {what} answers {}: {}", answer.status, answer.text());
        }
        self.nothing_is_lost(&guests, round, &address).await;
    }

    async fn nothing_is_lost(&self, guests: &[Guest], round: usize, address: &str) {
        let count = async |sql: &str| self.server.count(sql).await;
        let lea = count(&format!("SELECT count(*) AS number FROM contacts WHERE email = '{address}'")).await;
        assert_eq!(lea, 1, "round {round}");
        let strays = "SELECT count(*) AS number FROM conversations JOIN contact_inboxes ON contact_inboxes.id = conversations.contact_inbox_id \
                      WHERE contact_inboxes.contact_id <> conversations.contact_id";
        assert_eq!(count(strays).await, 0, "round {round}");
        let authors =
            "SELECT count(*) AS number FROM messages WHERE message_type = 0 AND (sender_id IS NULL OR sender_id NOT IN (SELECT id FROM contacts))";
        assert_eq!(count(authors).await, 0, "round {round}");
        for guest in guests {
            let texts = guest.visitor.sees().await;
            assert!(!texts.is_empty(), "round {round}");
            let seen = self.office.agent.sees(guest.first).await;
            assert!(seen["meta"]["sender"]["id"].is_i64(), "round {round}: {seen}");
        }
    }
}

#[actix_rt::test]
async fn who_is_who_is_found_out_by_one_after_the_other() {
    let stage = Stage::set().await;
    for round in 0..ROUNDS {
        stage.round(round).await;
    }
    stage.server.finish().await;
}

/// A label that goes takes the conversations that carry it, and then the account's row, since a rule is turned off.
#[actix_rt::test]
async fn somebody_leaves_while_their_conversations_are_changed() {
    let Stage { office, inbox, server, .. } = Stage::set().await;
    for round in 0..4 {
        let cleo = office.another_agent("Cleo", &format!("cleo-{round}@acme.example")).await.id;
        let title = format!("label-{round}");
        let label = office.administrator.post("/labels", json!({"title": title})).await.ok()["id"].clone();
        let actions = json!([{"action_name": "add_label", "action_params": [title]}]);
        let rule = json!({"name": "Labels", "event_name": "conversation_resolved", "conditions": [], "actions": actions});
        let rule = office.administrator.post("/automation_rules", rule).await.ok()["payload"]["id"].clone();
        for _ in 0..10 {
            let (_, number) = office.conversation(&inbox).await;
            office.agent.post(&format!("/conversations/{number}/labels"), json!({"labels": [title]})).await.ok();
        }
        let given = format!("UPDATE conversations SET assignee_id = {cleo} WHERE assignee_id IS NULL OR assignee_id <> {cleo}");
        server.write(move |tx| Ok(sql_query(given).execute(tx.conn)?)).await;
        let (label, agent) = (format!("/labels/{label}"), format!("/agents/{cleo}"));
        let deeds = [deed("label", office.administrator.delete(&label)), deed("agent", office.administrator.delete(&agent))];
        for (what, answer) in join_all(deeds).await {
            assert!(answer.status < 300, "round {round}: {what} answers {}: {}", answer.status, answer.text());
        }
        let theirs = format!("SELECT count(*) AS number FROM conversations WHERE assignee_id = {cleo}");
        assert_eq!(server.count(&theirs).await, 0, "round {round}");
        let left = office.administrator.get(&format!("/automation_rules/{rule}")).await.ok();
        assert_eq!(left["payload"]["active"], false, "round {round}: {left}");
    }
    server.finish().await;
}
