//! Sending somebody what was said in a conversation.
use crate::{
    accounts::Account,
    contacts::ContactInbox,
    conversations::{
        model::{Conversation, MessageType},
        payload, queries,
        thread::Said,
    },
    db::Tx,
    error::{Error, Result},
    files::{self, Links},
    mail::{self, Letter, Recipient},
    users::email_address,
};

/// How many messages a transcript has at most: the newest.
const MOST: i64 = 500;
/// How many bytes of text it has at most.
const LONGEST: usize = 500_000;

/// Posts the mail with what the contact, too, may see of a conversation; with `for_contact` as they may hear it.
///
/// # Errors
/// [`Error::Invalid`] for what is no address; [`Error::Refused`] where no mail server is set up.
pub fn send_transcript(tx: &mut Tx, account: &Account, conversation: &Conversation, address: &str, for_contact: Option<&ContactInbox>) -> Result<()> {
    let address = email_address(address)?;
    let Some(mailer) = mail::mailer(tx) else {
        return Err(Error::Refused("This server sends no e-mail: no mail server is set up".into()));
    };
    let links = files::links(tx)?;
    let mut messages = queries::newest_public(tx.conn, conversation.id, MOST + 1)?;
    let cut = messages.len() as i64 > MOST;
    messages.truncate(MOST as usize);
    let mut said = payload::said(tx.conn, account.id, messages)?;
    if let Some(session) = for_contact {
        said = said.into_iter().map(|said| said.heard_in(session).said().clone()).collect();
    }
    let language = account.language();
    let (mut paragraphs, mut room) = (Vec::with_capacity(said.len()), LONGEST);
    let drawn = said.iter().map(|said| paragraph(said, &account.name, &links));
    // the newest ones count most
    for paragraph in drawn {
        room = match room.checked_sub(paragraph.len()) {
            Some(left) => left,
            None => break,
        };
        paragraphs.push(paragraph);
    }
    if cut || paragraphs.len() < said.len() {
        paragraphs.push(language.t("transcript-cut"));
    }
    if paragraphs.is_empty() {
        paragraphs.push(language.t("transcript-empty"));
    }
    paragraphs.reverse();
    let (number, name) = (conversation.display_id.to_string(), account.name.as_str());
    let letter = Letter {
        account_id: Some(account.id),
        to: Recipient { name: String::new(), address },
        language,
        subject: language.ta("transcript-subject", &[("number", number.as_str().into()), ("account", name.into())]),
        paragraphs,
        facts: Vec::new(),
        action: None,
        reason: language.ta("transcript-why-you", &[("account", name.into())]),
    };
    mail::post(tx, &letter.write(&mailer)?).map(drop)
}

fn paragraph(said: &Said, account: &str, links: &Links) -> String {
    let message = &said.message;
    let author = match &said.sender {
        Some(sender) => sender.name(),
        None if message.message_type == MessageType::Incoming => "",
        None => account,
    };
    let at = message.created_at.format("%Y-%m-%d %H:%M UTC");
    let mut text = format!("{author} ({at}):");
    let files = said.attachments.iter().map(|attachment| format!("{}: {}", attachment.blob.filename, links.to(&attachment.blob)));
    for line in message.content.clone().into_iter().chain(files) {
        text.push('\n');
        text.push_str(&line);
    }
    text
}
