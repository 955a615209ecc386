//! What visitors may know of their contact. An address proves nothing, and whoever leaves one that the business knows becomes part of that contact:
//! so as long as nothing is proved, a session is told what was said in it, and nothing else.
use super::{
    input::ContactInput,
    model::{Contact, ContactInbox, visitor_name},
};
use crate::{
    db::types::{AccountId, Json},
    error::Result,
    web::fields::{Patch, Text},
};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What somebody has said of themselves in a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// What they are called, or were called as long as they had not said it.
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    additional_attributes: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    custom_attributes: Map<String, Value>,
}

impl Words {
    /// Those with which a session begins.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] that names the attribute.
    pub(super) fn first(account: AccountId, input: &ContactInput, at: NaiveDateTime) -> Result<Words> {
        Words::default().with(account, input, at)
    }

    /// The same with what is said now.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] that names the attribute.
    pub(super) fn with(self, account: AccountId, input: &ContactInput, at: NaiveDateTime) -> Result<Words> {
        let mut own = self.contact(account, at);
        // whether they are blocked is not theirs to say
        ContactInput { blocked: Patch::Absent, picture: None, ..input.clone() }.apply(&mut own)?;
        let Contact { name, email, phone_number, identifier, avatar_url, additional_attributes, custom_attributes, .. } = own;
        let (additional_attributes, custom_attributes) = (additional_attributes.0, custom_attributes.0);
        Ok(Words { name, email, phone_number, identifier, avatar_url, additional_attributes, custom_attributes })
    }

    /// Without custom attributes of these keys.
    pub(super) fn without(mut self, keys: &[String]) -> Words {
        self.custom_attributes.retain(|key, _| !keys.contains(key));
        self
    }

    /// Whether a custom attribute of this key was said.
    pub(super) fn has(&self, key: &str) -> bool {
        self.custom_attributes.contains_key(key)
    }

    /// Somebody of whom nothing else is known.
    fn contact(self, account: AccountId, at: NaiveDateTime) -> Contact {
        let Words { name, email, phone_number, identifier, avatar_url, additional_attributes, custom_attributes } = self;
        let (additional_attributes, custom_attributes) = (Json(additional_attributes), Json(custom_attributes));
        let nobody = Contact::nobody(account, at);
        let mut own = Contact { name, email, phone_number, identifier, avatar_url, additional_attributes, custom_attributes, ..nobody };
        own.classify();
        own
    }
}

/// What is said, with a name: one is drawn for whoever does not say theirs.
pub(super) fn named(mut input: ContactInput) -> Result<ContactInput> {
    if !matches!(&input.name, Patch::Set(name) if !name.0.trim().is_empty()) {
        input.name = Patch::Set(Text(visitor_name()?));
    }
    Ok(input)
}

/// A contact as they may be shown in one of their sessions. There is no other way to draw one for a visitor.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenContact(Contact);

impl SeenContact {
    /// What may be shown.
    pub fn as_contact(&self) -> &Contact {
        &self.0
    }
}

impl ContactInbox {
    /// Whether all that is known of the contact may be known in this session: the business has opened it, or it is proved who they are. But a proof
    /// is about an identifier: of a contact with whom somebody has become one by an address alone, it says nothing.
    pub fn knows_all(&self, contact: &Contact) -> bool {
        self.said.is_none() || self.hmac_verified && !contact.is_claimed
    }

    /// The e-mail address that was said in it.
    pub fn said_address(&self) -> Option<&str> {
        self.said.as_ref()?.0.email.as_deref()
    }

    /// Their contact as it may be shown in this session. The ids are those by which agents and their programs know them.
    pub fn sees(&self, contact: &Contact) -> SeenContact {
        match &self.said {
            Some(Json(words)) if !self.knows_all(contact) => {
                let own = words.clone().contact(contact.account_id, self.created_at);
                SeenContact(Contact { id: contact.id, updated_at: self.updated_at, ..own })
            }
            _ => SeenContact(contact.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::sample::{sample, sample_session},
        *,
    };
    use crate::{db::types::InboxId, web::fields::Object};
    use serde_json::json;

    fn known() -> Contact {
        let mut contact = sample(AccountId(1));
        (contact.phone_number, contact.identifier, contact.blocked) = (Some("+33611223344".into()), Some("crm-1".into()), true);
        contact
    }

    fn session(said: Option<Words>, hmac_verified: bool) -> ContactInbox {
        ContactInbox { said: said.map(Json), hmac_verified, ..sample_session(InboxId(3)) }
    }

    #[test]
    fn what_was_not_said_is_not_shown() {
        let contact = known();
        let nothing = session(Some(Words::default()), false).sees(&contact).0;
        assert_eq!(nothing, Contact { id: contact.id, ..Contact::nobody(AccountId(1), contact.created_at) });
        let said = ContactInput {
            email: Patch::Set(Text("Lea@Example.org".into())),
            custom_attributes: Patch::Set(Object(json!({"seats": 3}).as_object().unwrap().clone())),
            ..ContactInput::default()
        };
        let words = Words::first(AccountId(1), &said, contact.created_at).unwrap();
        let seen = session(Some(words.clone()), false).sees(&contact).0;
        assert_eq!((seen.name.as_str(), seen.email.as_deref(), seen.phone_number, seen.identifier), ("", Some("lea@example.org"), None, None));
        assert_eq!((Value::Object(seen.custom_attributes.0), seen.additional_attributes.0.len()), (json!({"seats": 3}), 0));
        assert_eq!((seen.blocked, seen.last_activity_at), (false, None));
        assert_eq!(words.clone().without(&["seats".into()]), Words { custom_attributes: Map::new(), ..words });
    }

    #[test]
    fn what_is_proved_is_shown_but_not_what_an_address_has_brought() {
        let contact = known();
        for (session, knows) in [
            (session(None, false), true),
            (session(None, true), true),
            (session(Some(Words::default()), true), true),
            (session(Some(Words::default()), false), false),
        ] {
            assert_eq!((session.knows_all(&contact), session.sees(&contact).0 == contact), (knows, knows), "{session:?}");
        }
        let claimed = Contact { is_claimed: true, ..contact };
        assert!(!session(Some(Words::default()), true).knows_all(&claimed) && session(None, false).knows_all(&claimed));
    }
}
