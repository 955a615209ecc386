//! What clients may say about a contact, and the rules for it.
use super::model::Contact;
use crate::{
    checks::{LINE, at_most, is_web_url, not_too_large, phone_number},
    db::types::BlobId,
    error::{Error, Result},
    users::email_address,
    web::{
        Input,
        fields::{Flag, Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The body of creating or changing a contact.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ContactInput {
    /// Up to 255 characters.
    pub name: Patch<Text>,
    /// An e-mail address.
    pub email: Patch<Text>,
    /// E.164.
    pub phone_number: Patch<Text>,
    /// Up to 255 characters.
    pub identifier: Patch<Text>,
    /// Where their picture is: an absolute URL of `http` or `https`, up to 2048 characters.
    pub avatar_url: Patch<Text>,
    /// The uploaded picture that `avatar_url` leads to.
    #[serde(skip)]
    pub picture: Option<BlobId>,
    /// Whether what they write is ignored.
    pub blocked: Patch<Flag>,
    /// Merged into what is there.
    pub additional_attributes: Patch<Object>,
    /// Merged into what is there.
    pub custom_attributes: Patch<Object>,
}

impl Input for ContactInput {
    const ROOT: &'static str = "contact";
    const FILES: &'static [&'static str] = &["avatar"];
}

impl ContactInput {
    /// By what the contact may be known already: identifier, address, number.
    pub fn names(&self) -> [Option<String>; 3] {
        let said = |text: &Patch<Text>| text.clone().set().map(|text| text.0.trim().to_owned());
        [said(&self.identifier), said(&self.email).map(|email| email.to_lowercase()), said(&self.phone_number)]
    }

    /// Puts what was said into the contact. Attributes are merged; what was not said stays.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] that names the attribute.
    pub fn apply(self, contact: &mut Contact) -> Result<()> {
        let ContactInput { name, email, phone_number: phone, identifier, avatar_url, picture, blocked, .. } = self;
        let ContactInput { additional_attributes, custom_attributes, .. } = self;
        let said = |text: Patch<Text>, present: Option<String>| text.map(|text| text.0.trim().to_owned()).or(present).filter(|text| !text.is_empty());
        contact.name = at_most("name", said(name, Some(std::mem::take(&mut contact.name))), LINE)?.unwrap_or_default();
        if email != Patch::Absent {
            contact.email = said(email, None).map(|text| email_address(&text)).transpose()?;
        }
        if phone != Patch::Absent {
            contact.phone_number = said(phone, None).map(|text| phone_number(&text)).transpose()?;
        }
        contact.identifier = at_most("identifier", said(identifier, contact.identifier.take()), LINE)?;
        let before = contact.avatar_url.take();
        contact.avatar_url = at_most("avatar_url", said(avatar_url, before.clone()), 2048)?;
        if contact.avatar_url != before {
            // clients draw it as a picture or a link
            if contact.avatar_url.as_deref().is_some_and(|url| !is_web_url(url)) {
                return Err(Error::invalid("avatar_url", "Avatar url must be an absolute URL of http or https"));
            }
            contact.avatar_blob_id = picture;
        }
        if let Some(flag) = blocked.set() {
            contact.blocked = flag.0;
        }
        merge("additional_attributes", &mut contact.additional_attributes.0, additional_attributes)?;
        merge("custom_attributes", &mut contact.custom_attributes.0, custom_attributes)?;
        contact.classify();
        Ok(())
    }
}

/// Attributes are drawn several times with each message, and a visitor may add to them without end: hence the limit.
fn merge(attribute: &'static str, present: &mut Map<String, Value>, said: Patch<Object>) -> Result<()> {
    match said.set() {
        Some(Object(map)) => {
            present.extend(map);
            not_too_large(attribute, present)
        }
        None => Ok(()),
    }
}
