//! Another address: it counts once a link that went there is used by whoever knows the password.
use crate::{
    invitations::{NEW, serving, sign_in, why},
    pages::Visit,
    support::{PostOffice, Server, post_office::Letter},
};
use serde_json::json;

#[actix_rt::test]
async fn who_has_a_password_is_told_that_an_administrator_has_made_a_link() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let office = server.office().await;
    let made = office.administrator.post(&format!("/agents/{}/password_link", office.agent.id), json!({})).await.ok();
    let letter = post.wait_for(1).await.remove(0);
    assert_eq!((letter.to.as_str(), letter.header("Subject").as_str()), ("ben@acme.example", "A link for your password at Hookdesk"));
    let (_, token) = made["url"].as_str().unwrap().split_once('=').unwrap();
    assert!(letter.parts()[0].contains("Ada Admin") && letter.parts().iter().all(|part| !part.contains(token)));
    server.finish().await;
}

#[actix_rt::test]
async fn agents_are_let_in_invited_and_removed_only_so_often() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let statuses = async |path: &str, number: usize| {
        let mut statuses = Vec::new();
        for n in 0..number {
            let said = json!({"name": "N", "email": format!("{n}@acme.example")});
            statuses.push(
                if path.is_empty() { office.administrator.delete("/agents/999").await } else { office.administrator.post(path, said).await }.status,
            );
        }
        statuses
    };
    let cleo = office.administrator.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.ok()["id"].clone();
    // no mail is sent here, but one address is not written to more often than five times in an hour
    assert_eq!(statuses(&format!("/agents/{cleo}/invitation"), 5).await, [422, 422, 422, 422, 429]);
    let again = office.administrator.post("/agents", json!({"name": "Cleo", "email": " CLEO@acme.example"})).await;
    assert_eq!((again.status, again.header("content-type")), (429, Some("text/plain")));
    assert_eq!(statuses("", 51).await, [vec![404; 50], vec![429]].concat());
    // what was refused for the address is counted as well
    assert_eq!(statuses("/agents", 100).await, [vec![200; 98], vec![429; 2]].concat());
    server.another_office("b.").await.administrator.delete("/agents/999").await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn another_address_counts_once_its_link_is_used_with_the_password() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let profile = visit.account.below("/api/v1");
    let same = profile.put("/profile", json!({"email": " ADA@acme.example", "display_name": "A."})).await.ok();
    assert_eq!(same["display_name"], "A.");
    assert_eq!(profile.put("/profile", json!({"email": "ada@elsewhere.example"})).await.ok()["email"], "ada@acme.example");
    let mut letters = post.wait_for(2).await;
    letters.sort_by(|a, b| a.to.cmp(&b.to));
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["ada@acme.example", "ada@elsewhere.example"]);
    assert!(letters[0].parts()[0].contains("ada@elsewhere.example") && !letters[0].parts()[0].contains("confirmation_token"));
    let of_letter = |letter: &Letter| {
        let text = letter.parts()[0].clone();
        let (_, rest) = text.split_once("/app/address/edit?confirmation_token=").unwrap_or_else(|| panic!("no link in {text}"));
        rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
    };
    let first = of_letter(&letters[1]);
    let confirm = async |token: &str, password: &str| {
        server.anonymous().post("/auth/confirmation", json!({"confirmation_token": token, "current_password": password})).await
    };
    assert!(why(confirm(&first, "Wr0ng-one").await).contains("Invalid current password"));
    // a new wish takes the place of the one before
    let csrf = visit.token("/app/profile").await;
    let fields = [("csrf_token", csrf.as_str()), ("name", "Ada"), ("email", "ada@third.example"), ("locale", "en")];
    assert_eq!(visit.form("/app/profile", &fields).await.status, 303);
    assert!(visit.get("/app/profile").await.text().contains("Your new address takes effect once"));
    assert!(why(confirm(&first, "Hookdesk-1").await).contains("used up"));
    let second = post.wait_for(4).await.iter().find(|letter| letter.to == "ada@third.example").map(of_letter).unwrap();
    let edit = format!("/app/address/edit?confirmation_token={second}");
    assert!(visit.get(&edit).await.text().contains("ada@third.example"));
    let said = |password| [("csrf_token", csrf.as_str()), ("confirmation_token", second.as_str()), ("current_password", password)];
    let wrong = visit.form("/app/address/edit", &said("Wr0ng-one")).await;
    assert!(wrong.status == 422 && wrong.text().contains("This is not your current password"), "{}", wrong.text());
    assert_eq!(visit.form("/app/address/edit", &said("Hookdesk-1")).await.status, 303);
    assert!(visit.get(&edit).await.text().contains("This link has been used"));
    assert_eq!(sign_in(&server, "ada@acme.example", "Hookdesk-1").await.status, 401);
    sign_in(&server, "ada@third.example", "Hookdesk-1").await.ok();
    // whoever has got hold of a token gets no further than to ask, and loses that with a new password
    profile.put("/profile", json!({"email": "eve@evil.example"})).await.ok();
    assert_eq!(server.count("SELECT count(*) AS number FROM address_tokens").await, 1);
    profile.put("/profile", json!({"password": NEW, "current_password": "Hookdesk-1"})).await.ok();
    assert_eq!(server.count("SELECT count(*) AS number FROM address_tokens").await, 0);
    post.wait_for(6).await;
    server.finish().await;
}
