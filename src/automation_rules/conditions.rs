//! The conditions of rules: the filter language, which here also knows the message that was posted, and what has just changed.
use super::model::AutomationRule;
use crate::{
    conversations::{self, Asked, Message, MessageType},
    custom_attributes::{self, Model},
    db::{
        DbConn,
        types::{AccountId, ConversationId},
    },
    error::{Error, Result},
    events::EventName,
    filters::{self, Condition, ConditionInput, Filter, Key, Kind, Operator, Test},
};
use serde_json::{Map, Value, json};

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field {
    /// The conversation or its contact.
    Place(Asked),
    /// The message that was posted.
    Message(Part),
}

/// What of a message is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// Who it comes from.
    Type,
    /// Whether it is a note.
    Private,
    /// Its text.
    Content,
}

/// What of a conversation may be asked for its change: by its key, and as changes are told.
const CHANGING: [(&str, &str, &[Operator]); 5] = [
    ("status", "status", Operator::CHANGING),
    ("priority", "priority", Operator::CHANGING),
    ("assignee_id", "assignee_id", Operator::CHANGING_OPTIONAL),
    ("team_id", "team_id", Operator::CHANGING_OPTIONAL),
    ("labels", "label_list", Operator::CHANGING_OPTIONAL),
];

/// The same, as changes are told.
pub const CHANGES: [&str; 5] = [CHANGING[0].1, CHANGING[1].1, CHANGING[2].1, CHANGING[3].1, CHANGING[4].1];

const TYPES: &[&str] = &[MessageType::Incoming.name(), MessageType::Outgoing.name(), MessageType::Template.name()];

const OF_MESSAGES: [Key<Field>; 3] = [
    Key { name: "message_type", field: Field::Message(Part::Type), kind: Kind::Choice(TYPES), operators: Operator::EQUALITY },
    Key { name: "private_note", field: Field::Message(Part::Private), kind: Kind::Flag, operators: Operator::EQUALITY },
    Key { name: "content", field: Field::Message(Part::Content), kind: Kind::Text, operators: Operator::TEXT },
];

/// What rules that such an event begins may ask.
fn keys(event: EventName) -> Vec<Key<Field>> {
    let changes = !matches!(event, EventName::ConversationCreated | EventName::MessageCreated);
    let of_place = conversations::asked_keys().into_iter().map(|Key { name, field, kind, operators }| {
        let changing = CHANGING.iter().find(|(key, ..)| *key == name && changes).map(|(.., operators)| *operators);
        Key { name, field: Field::Place(field), kind, operators: changing.unwrap_or(operators) }
    });
    let of_message = OF_MESSAGES.into_iter().filter(|_| event == EventName::MessageCreated);
    of_place.chain(of_message).collect()
}

/// Reads conditions of a rule that such an event begins; none where anything will do.
///
/// # Errors
/// [`Error::Refused`] with what is wrong.
pub fn read(conn: &mut DbConn, account: AccountId, event: EventName, said: &[Map<String, Value>]) -> Result<Option<Filter<Field>>> {
    if said.is_empty() {
        return Ok(None);
    }
    let definitions = custom_attributes::of_account(conn, account, None)?;
    let read = |said: &Map<String, Value>| serde_json::from_value(Value::Object(said.clone())).map_err(|e| Error::Refused(e.to_string()));
    let said = said.iter().map(read).collect::<Result<Vec<ConditionInput>>>()?;
    filters::parse(&said, &keys(event), Model::Conversation, &definitions).map(Some)
}

/// What conditions are held against.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// In this conversation,
    pub conversation: ConversationId,
    /// with this message,
    pub message: Option<&'a Message>,
    /// and these changes. Without them, any change is supposed.
    pub changes: Option<&'a Value>,
}

/// Whether a rule is for this: `filter` are its conditions.
///
/// # Errors
/// The database's.
pub fn hold(conn: &mut DbConn, filter: Option<&Filter<Field>>, scene: Scene) -> Result<bool> {
    let Some(Filter(lists)) = filter else { return Ok(true) };
    let mut open = Vec::new();
    for list in lists {
        match left(list, scene) {
            Some(rest) if rest.is_empty() => return Ok(true),
            Some(rest) => open.push(rest),
            None => {}
        }
    }
    if open.is_empty() { Ok(false) } else { conversations::fits(conn, scene.conversation, &Filter(open)) }
}

/// What the database is to be asked after what is at hand was looked at; none where that fails already.
fn left(list: &[Condition<Field>], scene: Scene) -> Option<Vec<Condition<Asked>>> {
    let mut rest = Vec::new();
    for Condition { field, test, negated } in list {
        let field = match field {
            filters::Field::Own(Field::Place(asked)) => filters::Field::Own(*asked),
            filters::Field::Custom(model, key) => filters::Field::Custom(*model, key.clone()),
            filters::Field::Own(Field::Message(part)) => {
                if test.holds(&scene.message.map_or(Value::Null, |message| part.of(message))) == *negated {
                    return None;
                }
                continue;
            }
        };
        match test {
            Test::Changed { from, to } if !has_changed(&field, from.as_deref(), to.as_deref(), scene.changes) => return None,
            Test::Changed { .. } => {}
            test => rest.push(Condition { field, test: test.clone(), negated: *negated }),
        }
    }
    Some(rest)
}

impl Part {
    fn of(self, message: &Message) -> Value {
        match self {
            Part::Type => message.message_type.name().into(),
            Part::Private => message.private.into(),
            Part::Content => json!(message.content),
        }
    }
}

fn has_changed(field: &filters::Field<Asked>, from: Option<&Test>, to: Option<&Test>, changes: Option<&Value>) -> bool {
    let Some(changes) = changes else { return true };
    let name = match field {
        filters::Field::Own(asked) => name_of(*asked),
        filters::Field::Custom(..) => None,
    };
    let told = name.and_then(|name| changes.as_array()?.iter().find_map(|change| change.get(name)));
    let fits = |test: Option<&Test>, side: &str, told: &Value| test.is_none_or(|test| test.holds(&told[side]));
    told.is_some_and(|told| fits(from, "previous_value", told) && fits(to, "current_value", told))
}

/// As changes are told.
fn name_of(asked: Asked) -> Option<&'static str> {
    let key = conversations::asked_keys().into_iter().find(|key| key.field == asked)?;
    CHANGING.iter().find(|(name, ..)| *name == key.name).map(|(_, told, _)| *told)
}

impl AutomationRule {
    /// Its conditions; none where anything will do.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong.
    pub fn read_conditions(&self, conn: &mut DbConn) -> Result<Option<Filter<Field>>> {
        read(conn, self.account_id, self.event_name, &self.conditions.0)
    }
}
