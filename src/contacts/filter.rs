//! What may be asked of contacts, and how each condition looks in SQL.
use crate::{
    custom_attributes::{self, Model},
    custom_test,
    db::{
        DbConn,
        dialect::json_scalar,
        schema::{contact_labels, contacts},
        types::AccountId,
    },
    error::Result,
    filters::{self, Alternatives, ConditionInput, Filter, Key, Kind, Matches, Operator, Test, boxed, referring},
    text_test, time_test, title_test,
};
use diesel::prelude::*;

/// What a contact has by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field {
    /// See [`super::Contact`], here and below.
    Name,
    /// See [`super::Contact`].
    Email,
    /// See [`super::Contact`].
    PhoneNumber,
    /// See [`super::Contact`].
    Identifier,
    /// See [`super::Contact`].
    Blocked,
    /// Under this key of the additional attributes.
    Additional(&'static str),
    /// The titles of what it carries.
    Labels,
    /// See [`super::Contact`].
    CreatedAt,
    /// See [`super::Contact`].
    LastActivityAt,
}

const fn key(name: &'static str, field: Field, kind: Kind, operators: &'static [Operator]) -> Key<Field> {
    Key { name, field, kind, operators }
}

/// What may be asked of contacts.
pub const FILTER_KEYS: &[Key<Field>] = &[
    key("name", Field::Name, Kind::Text, Operator::TEXT),
    key("email", Field::Email, Kind::Text, Operator::TEXT),
    key("phone_number", Field::PhoneNumber, Kind::Text, Operator::PHONE),
    key("identifier", Field::Identifier, Kind::Text, Operator::EQUALITY),
    key("city", Field::Additional("city"), Kind::Text, Operator::TEXT),
    key("company_name", Field::Additional("company_name"), Kind::Text, Operator::TEXT),
    key("country_code", Field::Additional("country_code"), Kind::Text, Operator::EQUALITY),
    key("blocked", Field::Blocked, Kind::Flag, Operator::EQUALITY),
    key("labels", Field::Labels, Kind::Text, Operator::OPTIONAL),
    key("created_at", Field::CreatedAt, Kind::Day, Operator::TIME),
    key("last_activity_at", Field::LastActivityAt, Kind::Day, Operator::TIME),
];

/// Reads a filter of contacts.
///
/// # Errors
/// [`crate::error::Error::Refused`] with what is wrong.
pub fn read(conn: &mut DbConn, account: AccountId, said: &[ConditionInput]) -> Result<Filter<Field>> {
    let definitions = custom_attributes::of_account(conn, account, Some(Model::Contact))?;
    filters::parse(said, FILTER_KEYS, Model::Contact, &definitions)
}

/// Whether such a filter could be asked.
///
/// # Errors
/// [`crate::error::Error::Refused`] with what is wrong.
pub fn check_filter(conn: &mut DbConn, account: AccountId, said: &[ConditionInput]) -> Result<()> {
    read(conn, account, said).map(drop)
}

/// The filter, for queries of contacts.
pub(super) fn matches(filter: &Filter<Field>) -> Matches<contacts::table> {
    Matches::new(filter, |condition| asked(&condition.field, &condition.test))
}

/// One test of contacts, which rules know as well.
pub fn asked(field: &filters::Field<Field>, test: &Test) -> Alternatives<contacts::table> {
    type Table = contacts::table;
    match field {
        filters::Field::Own(Field::Name) => text_test!(Table, contacts::name.nullable(), test),
        filters::Field::Own(Field::Email) => text_test!(Table, contacts::email, test),
        filters::Field::Own(Field::PhoneNumber) => text_test!(Table, contacts::phone_number, test),
        filters::Field::Own(Field::Identifier) => text_test!(Table, contacts::identifier, test),
        filters::Field::Own(Field::Additional(key)) => text_test!(Table, json_scalar(contacts::additional_attributes, key), test),
        filters::Field::Own(Field::Blocked) => {
            let wanted = |flag: bool| matches!(test, Test::Flags(flags) if flags.contains(&flag));
            [true, false].into_iter().filter(|flag| wanted(*flag)).map(|flag| boxed::<Table, _>(contacts::blocked.eq(flag))).collect()
        }
        filters::Field::Own(Field::Labels) => {
            let theirs = "EXISTS (SELECT 1 FROM \"contact_labels\" WHERE \"contact_labels\".\"contact_id\" = \"contacts\".\"id\" AND ";
            referring(theirs, title_test!(contact_labels, test))
        }
        filters::Field::Own(Field::CreatedAt) => time_test!(Table, contacts::created_at, test),
        filters::Field::Own(Field::LastActivityAt) => time_test!(Table, contacts::last_activity_at, test),
        filters::Field::Custom(_, key) => custom(key, test),
    }
}

/// A test of a custom attribute of contacts, which filters of conversations know as well.
pub fn custom(key: &str, test: &Test) -> Alternatives<contacts::table> {
    custom_test!(contacts::table, contacts::custom_attributes, key, test)
}
