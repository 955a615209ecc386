//! Contacts as tables (CSV): the columns that are written, and a row for each contact.
use super::model::Contact;
use crate::{
    error::{Error, Result},
    web::{json::Iso, spreadsheet::lines},
};
use serde_json::{Map, Value};

/// The columns that are written where nothing else is asked for.
const USUAL: [&str; 10] = ["id", "name", "email", "phone_number", "identifier", "company_name", "city", "country", "last_activity_at", "created_at"];
/// What can be asked for besides, and besides custom attributes.
const UNUSUAL: [&str; 3] = ["country_code", "blocked", "contact_type"];

/// The columns to write: those that somebody asks for, else the usual ones. `keys` are those of custom attributes.
///
/// # Errors
/// [`Error::Refused`] for one that there is not, or is asked for twice.
pub fn columns(wanted: Vec<String>, keys: &[String]) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(USUAL.map(str::to_owned).to_vec());
    }
    for (nth, column) in wanted.iter().enumerate() {
        if !USUAL.iter().chain(&UNUSUAL).any(|known| known == column) && !keys.contains(column) {
            return Err(Error::Refused(format!("column_names: contacts have no {column}")));
        }
        if wanted[..nth].contains(column) {
            return Err(Error::Refused(format!("column_names: {column} is there twice")));
        }
    }
    Ok(wanted)
}

/// A row for each contact.
///
/// # Errors
/// When it cannot be written.
pub fn rows(columns: &[String], contacts: &[Contact]) -> Result<Vec<u8>> {
    lines(contacts.iter().map(|contact| columns.iter().map(|column| cell(contact, column)).collect()))
}

fn cell(contact: &Contact, column: &str) -> String {
    let time = |at| Iso(at).to_string();
    let attribute = |map: &Map<String, Value>| match map.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match column {
        "id" => contact.id.0.to_string(),
        "name" => contact.name.clone(),
        "email" => contact.email.clone().unwrap_or_default(),
        "phone_number" => contact.phone_number.clone().unwrap_or_default(),
        "identifier" => contact.identifier.clone().unwrap_or_default(),
        "blocked" => contact.blocked.to_string(),
        "contact_type" => contact.contact_type.name().to_owned(),
        "created_at" => time(contact.created_at),
        "last_activity_at" => contact.last_activity_at.map(time).unwrap_or_default(),
        "company_name" | "city" | "country" | "country_code" => attribute(&contact.additional_attributes.0),
        _ => attribute(&contact.custom_attributes.0),
    }
}
