//! What may be asked of conversations, and how each condition looks in SQL.
use super::model::{Priority, Status};
use crate::{
    contacts,
    custom_attributes::{self, Model},
    custom_test,
    db::{
        DbConn,
        dialect::{as_text, json_scalar},
        schema::{campaigns, conversation_labels, conversations},
        types::{AccountId, ConversationId},
    },
    error::Result,
    filters::{self, Alternatives, Condition, ConditionInput, Filter, Key, Kind, Matches, Operator, Test, boxed, referring},
    id_test, text_test, time_test, title_test,
};
use diesel::prelude::*;

/// What a conversation has by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field {
    /// See [`super::Conversation`], here and below.
    Status,
    /// See [`super::Conversation`].
    Priority,
    /// See [`super::Conversation`].
    Assignee,
    /// See [`super::Conversation`].
    Inbox,
    /// See [`super::Conversation`].
    Team,
    /// The number of the campaign that began it.
    Campaign,
    /// See [`super::Conversation`].
    Contact,
    /// See [`super::Conversation`].
    DisplayId,
    /// Under this key of the additional attributes.
    Additional(&'static str),
    /// The titles of what it carries.
    Labels,
    /// See [`super::Conversation`].
    CreatedAt,
    /// See [`super::Conversation`].
    LastActivityAt,
}

const fn key(name: &'static str, field: Field, kind: Kind, operators: &'static [Operator]) -> Key<Field> {
    Key { name, field, kind, operators }
}

/// The names of the statuses, and the word for any of them.
const STATUSES: &[&str] = &[Status::Open.name(), Status::Resolved.name(), Status::Pending.name(), Status::Snoozed.name(), "all"];
const PRIORITIES: &[&str] = &[Priority::Low.name(), Priority::Medium.name(), Priority::High.name(), Priority::Urgent.name()];

const KEYS: &[Key<Field>] = &[
    key("status", Field::Status, Kind::Choice(STATUSES), Operator::EQUALITY),
    key("priority", Field::Priority, Kind::Choice(PRIORITIES), Operator::EQUALITY),
    key("assignee_id", Field::Assignee, Kind::Id, Operator::OPTIONAL),
    key("inbox_id", Field::Inbox, Kind::Id, Operator::OPTIONAL),
    key("team_id", Field::Team, Kind::Id, Operator::OPTIONAL),
    key("campaign_id", Field::Campaign, Kind::Id, Operator::OPTIONAL),
    key("contact_id", Field::Contact, Kind::Id, Operator::EQUALITY),
    key("display_id", Field::DisplayId, Kind::Text, Operator::TEXT),
    key("browser_language", Field::Additional("browser_language"), Kind::Text, Operator::EQUALITY),
    key("conversation_language", Field::Additional("conversation_language"), Kind::Text, Operator::EQUALITY),
    key("referer", Field::Additional("referer"), Kind::Text, Operator::TEXT),
    key("mail_subject", Field::Additional("mail_subject"), Kind::Text, Operator::TEXT),
    key("labels", Field::Labels, Kind::Text, Operator::OPTIONAL),
    key("created_at", Field::CreatedAt, Kind::Day, Operator::TIME),
    key("last_activity_at", Field::LastActivityAt, Kind::Day, Operator::TIME),
];

/// Reads a filter of conversations.
///
/// # Errors
/// [`crate::error::Error::Refused`] with what is wrong.
pub(super) fn read(conn: &mut DbConn, account: AccountId, said: &[ConditionInput]) -> Result<Filter<Field>> {
    let definitions = custom_attributes::of_account(conn, account, None)?;
    filters::parse(said, KEYS, Model::Conversation, &definitions)
}

/// Whether such a filter could be asked.
///
/// # Errors
/// [`crate::error::Error::Refused`] with what is wrong.
pub fn check_filter(conn: &mut DbConn, account: AccountId, said: &[ConditionInput]) -> Result<()> {
    read(conn, account, said).map(drop)
}

/// The filter, for queries of conversations.
pub(super) fn matches(filter: &Filter<Field>) -> Matches<conversations::table> {
    Matches::new(filter, |condition| written(&condition.field, &condition.test))
}

/// What a rule may ask of a conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// What it has itself.
    Own(Field),
    /// What its contact has.
    Contact(contacts::Field),
}

/// What a rule may ask of a conversation: of two keys of one name the conversation's own comes first.
pub fn asked_keys() -> Vec<Key<Asked>> {
    let own = KEYS.iter().map(|key| Key { name: key.name, field: Asked::Own(key.field), kind: key.kind, operators: key.operators });
    let of_contact =
        contacts::FILTER_KEYS.iter().map(|key| Key { name: key.name, field: Asked::Contact(key.field), kind: key.kind, operators: key.operators });
    own.chain(of_contact).collect()
}

/// Whether a conversation is such as this says.
///
/// # Errors
/// The database's.
pub fn fits(conn: &mut DbConn, id: ConversationId, filter: &Filter<Asked>) -> Result<bool> {
    let write = |condition: &Condition<Asked>| match &condition.field {
        filters::Field::Own(Asked::Own(field)) => written(&filters::Field::Own(*field), &condition.test),
        filters::Field::Own(Asked::Contact(field)) => referring(OF_CONTACT, contacts::asked(&filters::Field::Own(*field), &condition.test)),
        filters::Field::Custom(model, key) => written(&filters::Field::Custom(*model, key.clone()), &condition.test),
    };
    let query = conversations::table.filter(conversations::id.eq(id)).filter(Matches::new(filter, write)).select(conversations::id);
    Ok(query.get_result::<ConversationId>(conn).optional()?.is_some())
}

/// Leads to the contact of a conversation.
const OF_CONTACT: &str = "\"conversations\".\"contact_id\" IN (SELECT \"contacts\".\"id\" FROM \"contacts\" WHERE ";

fn written(field: &filters::Field<Field>, test: &Test) -> Alternatives<conversations::table> {
    type Table = conversations::table;
    match field {
        filters::Field::Own(Field::Status) => {
            let names = if let Test::Texts(names) = test { names.as_slice() } else { &[] };
            match names.iter().any(|name| name == "all") {
                true => boxed(conversations::id.is_not_null()),
                false => boxed(conversations::status.eq_any(names.iter().filter_map(|name| Status::from_name(name)).collect::<Vec<_>>())),
            }
        }
        filters::Field::Own(Field::Priority) => {
            let names = if let Test::Texts(names) = test { names.as_slice() } else { &[] };
            boxed(conversations::priority.eq_any(names.iter().filter_map(|name| Priority::from_name(name)).collect::<Vec<_>>()))
        }
        filters::Field::Own(Field::Assignee) => id_test!(Table, conversations::assignee_id, test),
        filters::Field::Own(Field::Inbox) => id_test!(Table, conversations::inbox_id, test),
        filters::Field::Own(Field::Team) => id_test!(Table, conversations::team_id, test),
        filters::Field::Own(Field::Campaign) => {
            let its = "EXISTS (SELECT 1 FROM \"campaigns\" WHERE \"campaigns\".\"id\" = \"conversations\".\"campaign_id\" AND ";
            referring(its, id_test!(campaigns::table, campaigns::display_id, test))
        }
        filters::Field::Own(Field::Contact) => id_test!(Table, conversations::contact_id, test),
        filters::Field::Own(Field::DisplayId) => text_test!(Table, as_text(conversations::display_id), test),
        filters::Field::Own(Field::Additional(key)) => text_test!(Table, json_scalar(conversations::additional_attributes, key), test),
        filters::Field::Own(Field::Labels) => {
            let its =
                "EXISTS (SELECT 1 FROM \"conversation_labels\" WHERE \"conversation_labels\".\"conversation_id\" = \"conversations\".\"id\" AND ";
            referring(its, title_test!(conversation_labels, test))
        }
        filters::Field::Own(Field::CreatedAt) => time_test!(Table, conversations::created_at, test),
        filters::Field::Own(Field::LastActivityAt) => time_test!(Table, conversations::last_activity_at, test),
        filters::Field::Custom(Model::Conversation, key) => custom_test!(Table, conversations::custom_attributes, key, test),
        filters::Field::Custom(Model::Contact, key) => referring(OF_CONTACT, contacts::custom(key, test)),
    }
}
