//! How a mail looks: a greeting, some paragraphs, facts, a way to go on, and why one gets it; as text and as simple HTML.
use super::{
    mailer::Mailer,
    model::{Mail, Recipient},
};
use crate::{
    db::types::AccountId,
    error::{Error, Result},
    web::Language,
};
use askama::Template;

/// What somebody is told by mail, in their language.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whose matter it is; none is the server's own.
    pub account_id: Option<AccountId>,
    /// Who gets it.
    pub to: Recipient,
    /// Their language.
    pub language: Language,
    /// What it is about, on one line.
    pub subject: String,
    /// What there is to say.
    pub paragraphs: Vec<String>,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// What can be done about it: in a few words, and the path of the page.
    pub action: Option<(String, String)>,
    /// Why they get it.
    pub reason: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct AsText<'a> {
    letter: &'a Letter,
    greeting: &'a str,
    link: &'a str,
    brand: &'a str,
}

// not .html: what holds for pages does not hold here, since programs that show mail read no styles but those in the elements
#[derive(Template)]
#[template(path = "mail/letter.htm")]
struct AsHtml<'a> {
    letter: &'a Letter,
    greeting: &'a str,
    link: &'a str,
    brand: &'a str,
}

impl Letter {
    /// The mail, with this installation's name and links.
    ///
    /// # Errors
    /// When a template cannot be drawn, which would be our mistake.
    pub fn write(&self, mailer: &Mailer) -> Result<Mail> {
        let greeting = match self.to.name.trim() {
            "" => self.language.t("mail-greeting-nobody"),
            name => self.language.ta("mail-greeting", &[("name", name.into())]),
        };
        let link = self.action.as_ref().map(|(_, path)| mailer.link(path)).unwrap_or_default();
        let (letter, greeting, link, brand) = (self, greeting.as_str(), link.as_str(), mailer.brand());
        let text = AsText { letter, greeting, link, brand }.render().map_err(Error::internal)?;
        let html = AsHtml { letter, greeting, link, brand }.render().map_err(Error::internal)?;
        Ok(Mail { account_id: self.account_id, to: self.to.clone(), subject: self.subject.clone(), text, html: Some(html) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn letter() -> Letter {
        Letter {
            account_id: None,
            to: Recipient { name: "Ada <b>".into(), address: "ada@acme.example".into() },
            language: Language::English,
            subject: "A thing & another".into(),
            paragraphs: vec!["It happened.".into(), "It may again.".into()],
            facts: vec![("What".into(), "<script>".into())],
            action: Some(("See to it".into(), "/app/x?a=1&b=2".into())),
            reason: "You asked for it.".into(),
        }
    }

    #[test]
    fn a_letter_is_text_and_html() {
        let mailer = Mailer::new(&Config::defaults().unwrap()).unwrap();
        let mail = letter().write(&mailer).unwrap();
        let text = "Hello Ada <b>,\n\nIt happened.\n\nIt may again.\n\nWhat: <script>\n\nSee to it:\nhttp://127.0.0.1:3000/app/x?a=1&b=2\n\n-- \nHookdesk\nYou asked for it.\n";
        assert_eq!(mail.text, text);
        let html = mail.html.unwrap();
        assert!(html.contains("<html lang=\"en\">") && html.contains("Hello Ada &#60;b&#62;,") && !html.contains("<script>"), "{html}");
        assert!(html.contains("href=\"http://127.0.0.1:3000/app/x?a=1&#38;b=2\""), "{html}");
        let bare = Letter { to: Recipient { name: " ".into(), ..letter().to }, facts: vec![], action: None, ..letter() };
        let text = "Hello,\n\nIt happened.\n\nIt may again.\n\n-- \nHookdesk\nYou asked for it.\n";
        assert_eq!(bare.write(&mailer).unwrap().text, text);
    }
}
