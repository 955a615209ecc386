//! The same at real sockets: what is drawn arrives where it is to be heard, and nowhere else.
use super::*;
use crate::support::{
    Member, Visitor,
    cable::{Cable, of_member, of_visitor},
};

async fn cable(server: &Server, identifier: &Value) -> Cable {
    let mut cable = Cable::open(&server.address.to_string()).await;
    cable.subscribe(identifier).await;
    cable
}

#[actix_rt::test]
async fn each_socket_hears_what_it_may_and_nothing_else() {
    let stage = Stage::set().await;
    let (server, number, ben) = (&stage.server, stage.number, &stage.office.agent);
    let mut users: Vec<(i64, Cable)> = Vec::new();
    let members: [&Member; 3] = [&stage.office.administrator, ben, &stage.carl];
    for member in members {
        users.push((member.id, cable(server, &of_member(member, stage.office.account).await).await));
    }
    let mut stranger = cable(server, &of_member(&stage.other.agent, stage.other.account).await).await;
    let mut sessions: Vec<(i64, Cable)> = Vec::new();
    let visitors: [&Visitor; 2] = [&stage.lea, &stage.max];
    for visitor in visitors {
        sessions.push((stage.session_of(visitor).await, cable(server, &of_visitor(visitor).await).await));
    }
    let path = |more: &str| format!("/conversations/{number}/{more}");
    let frames = server
        .framing(async || {
            stage.lea.says(number, "Hello").await;
            let note = json!({"content": format!("[@Ben](mention://user/{}/Ben) look", ben.id), "private": true});
            stage.office.administrator.post(&path("messages"), note).await.ok();
            ben.post(&path("messages"), json!({"content": "Hi", "echo_id": "tmp-1"})).await.ok();
            ben.post(&path("toggle_typing_status"), json!({"typing_status": "on", "is_private": false})).await.ok_and_empty();
            ben.post(&path("toggle_status"), json!({"status": "resolved"})).await.ok();
            // what each of them hears last
            ben.says(number, "the end").await;
            let others = stage.max.get("/conversations").await.ok()[0]["id"].as_i64().unwrap();
            ben.says(others, "the end").await;
            stage.office.contact(json!({"name": "the end"})).await;
            stage.other.contact(json!({"name": "the end"})).await;
        })
        .await;
    let due = |hears: &dyn Fn(&Frame) -> bool| {
        let names: Vec<String> = frames.iter().filter(|frame| hears(frame)).map(|frame| frame.name.to_owned()).collect();
        names
    };
    for (id, cable) in &mut users {
        let expected = due(&|frame: &Frame| frame.audience.users.iter().any(|user| user.0 == *id));
        assert_eq!(heard(cable, expected.len()).await, expected, "user {id}");
    }
    for (id, cable) in &mut sessions {
        let expected = due(&|frame: &Frame| frame.audience.sessions.iter().any(|session| session.0 == *id));
        assert_eq!(heard(cable, expected.len()).await, expected, "session {id}");
    }
    assert_eq!(heard(&mut stranger, 1).await, ["contact.created"]);
    stage.server.finish().await;
}

/// The names of what a socket hears, which must be so many and end with what it hears last.
async fn heard(cable: &mut Cable, number: usize) -> Vec<String> {
    let (mut names, mut last) = (Vec::new(), Value::Null);
    while names.len() < number {
        last = cable.message().await;
        names.push(last["event"].as_str().unwrap().to_owned());
    }
    assert!(last["data"].to_string().contains("the end"), "{last:#}");
    names
}
