//! What may be asked for: keys, operators, values; and how a request is read.
use super::values;
use crate::{
    custom_attributes::{Definition, DisplayType, Model},
    error::{Error, Result},
    web::fields::{Patch, Text},
};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many conditions a filter may have.
const MOST_CONDITIONS: usize = 50;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// It is one of these.
    EqualTo,
    /// It is none of these, or there is none.
    NotEqualTo,
    /// One of these occurs in it.
    Contains,
    /// None of these occurs in it, or there is no value.
    DoesNotContain,
    /// There is a value.
    IsPresent,
    /// There is none.
    IsNotPresent,
    /// It is larger, or on a later day.
    IsGreaterThan,
    /// It is smaller, or on an earlier day.
    IsLessThan,
    /// It is earlier than so many days ago.
    DaysBefore,
    /// It begins with one of these.
    StartsWith,
    /// It has just become another one: something that only rules know.
    AttributeChanged,
}

use Operator::{
    AttributeChanged, Contains, DaysBefore, DoesNotContain, EqualTo, IsGreaterThan, IsLessThan, IsNotPresent, IsPresent, NotEqualTo, StartsWith,
};

impl Operator {
    /// =, ≠.
    pub const EQUALITY: &'static [Operator] = &[EqualTo, NotEqualTo];
    /// =, ≠, and whether there is one.
    pub const OPTIONAL: &'static [Operator] = &[EqualTo, NotEqualTo, IsPresent, IsNotPresent];
    /// =, ≠, and what occurs in it.
    pub const TEXT: &'static [Operator] = &[EqualTo, NotEqualTo, Contains, DoesNotContain];
    /// The same, and how it begins.
    pub const PHONE: &'static [Operator] = &[EqualTo, NotEqualTo, Contains, DoesNotContain, StartsWith];
    /// Later, earlier.
    pub const TIME: &'static [Operator] = &[IsGreaterThan, IsLessThan, DaysBefore];

    /// =, ≠, and that it has changed.
    pub const CHANGING: &'static [Operator] = &[EqualTo, NotEqualTo, AttributeChanged];
    /// The same, and whether there is one.
    pub const CHANGING_OPTIONAL: &'static [Operator] = &[EqualTo, NotEqualTo, IsPresent, IsNotPresent, AttributeChanged];

    const NAMES: [(&'static str, Operator); 11] = [
        ("equal_to", EqualTo),
        ("not_equal_to", NotEqualTo),
        ("contains", Contains),
        ("does_not_contain", DoesNotContain),
        ("is_present", IsPresent),
        ("is_not_present", IsNotPresent),
        ("is_greater_than", IsGreaterThan),
        ("is_less_than", IsLessThan),
        ("days_before", DaysBefore),
        ("starts_with", StartsWith),
        ("attribute_changed", AttributeChanged),
    ];

    /// Those that a custom attribute of this type knows.
    fn of_custom(kind: DisplayType) -> &'static [Operator] {
        match kind {
            DisplayType::Text | DisplayType::Link => &[EqualTo, NotEqualTo, Contains, DoesNotContain, IsPresent, IsNotPresent, StartsWith],
            DisplayType::List | DisplayType::Checkbox => Operator::OPTIONAL,
            DisplayType::Number | DisplayType::Currency | DisplayType::Percent => {
                &[EqualTo, NotEqualTo, IsPresent, IsNotPresent, IsGreaterThan, IsLessThan]
            }
            DisplayType::Date => &[EqualTo, NotEqualTo, IsPresent, IsNotPresent, IsGreaterThan, IsLessThan, DaysBefore],
        }
    }

    /// Whether it is the opposite of another one.
    fn negates(self) -> bool {
        matches!(self, NotEqualTo | DoesNotContain | IsNotPresent)
    }
}

/// What the values of a key are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Ids, and other whole numbers.
    Id,
    /// One of these names.
    Choice(&'static [&'static str]),
    /// Texts, in which capitals and small letters are the same.
    Text,
    /// `true` or `false`.
    Flag,
    /// Numbers.
    Number,
    /// Days; times count by their day, in UTC.
    Day,
}

impl Kind {
    fn of_custom(kind: DisplayType) -> Kind {
        match kind {
            DisplayType::Text | DisplayType::Link | DisplayType::List => Kind::Text,
            DisplayType::Number | DisplayType::Currency | DisplayType::Percent => Kind::Number,
            DisplayType::Date => Kind::Day,
            DisplayType::Checkbox => Kind::Flag,
        }
    }
}

/// A key that a room knows, `F` being its name for what the key means.
#[derive(Debug, Clone, Copy)]
pub struct Key<F: 'static> {
    /// On the wire.
    pub name: &'static str,
    /// What it means.
    pub field: F,
    /// What its values are.
    pub kind: Kind,
    /// How they may be compared.
    pub operators: &'static [Operator],
}

/// What a condition is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Field<F> {
    /// Something that the room has itself.
    Own(F),
    /// A custom attribute: of what, under which key.
    Custom(Model, String),
}

/// What must hold of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// One of these whole numbers.
    Ids(Vec<i64>),
    /// One of these, which are in lower case.
    Texts(Vec<String>),
    /// One of these.
    Numbers(Vec<f64>),
    /// One of these.
    Flags(Vec<bool>),
    /// On one of these days.
    Days(Vec<NaiveDate>),
    /// One of these occurs in it; they are in lower case.
    Containing(Vec<String>),
    /// It begins with one of these; they are in lower case.
    Starting(Vec<String>),
    /// There is one.
    Present,
    /// Larger.
    Above(f64),
    /// Smaller.
    Below(f64),
    /// On a later day.
    After(NaiveDate),
    /// On an earlier day.
    Before(NaiveDate),
    /// It was one of the first and is one of the second now; without them, it was or is anything.
    Changed {
        /// What it was.
        from: Option<Box<Test>>,
        /// What it is.
        to: Option<Box<Test>>,
    },
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition<F> {
    /// What it is about.
    pub field: Field<F>,
    /// What must hold of it.
    pub test: Test,
    /// Or rather, what must not. A value that is not there fits no test, and so fits each negated one.
    pub negated: bool,
}

/// A whole filter: it fits what fits every condition of one of these lists. (Conditions are joined as SQL joins them: AND binds more
/// closely than OR, and there are no brackets. So this is all that can be said.)
#[derive(Debug, Clone, PartialEq)]
pub struct Filter<F>(pub Vec<Vec<Condition<F>>>);

/// A condition as clients send it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ConditionInput {
    /// What is looked at: an attribute, or the key of a custom one.
    attribute_key: Text,
    /// `equal_to`, `not_equal_to`, `contains`, `does_not_contain`, `is_present`, `is_not_present`, `is_greater_than`, `is_less_than`,
    /// `days_before` or `starts_with`.
    filter_operator: Text,
    /// What it is compared with: a list, mostly; nothing for what is only there or not.
    values: Value,
    /// `AND` or `OR`: how the next condition follows; null in the last.
    query_operator: Patch<Text>,
    /// Whose custom attribute it is, if that is not what is asked for.
    custom_attribute_type: Patch<Text>,
}

/// Reads a filter. `model` is what is asked for: its custom attributes are meant where nothing else is said.
///
/// # Errors
/// [`Error::Refused`] with the number of the condition and what is wrong.
pub fn parse<F: Copy>(input: &[ConditionInput], keys: &[Key<F>], model: Model, definitions: &[Definition]) -> Result<Filter<F>> {
    if input.is_empty() || input.len() > MOST_CONDITIONS {
        return Err(Error::Refused(format!("A filter needs 1 to {MOST_CONDITIONS} conditions under payload")));
    }
    let mut lists = vec![Vec::new()];
    for (index, said) in input.iter().enumerate() {
        let refuse = |why: String| Error::Refused(format!("Condition {}: {why}", index + 1));
        let condition = condition(said, keys, model, definitions).map_err(refuse)?;
        if let Some(list) = lists.last_mut() {
            list.push(condition);
        }
        let joint = said.query_operator.clone().set().map(|joint| joint.0.trim().to_lowercase()).unwrap_or_default();
        match joint.as_str() {
            "or" if index + 1 < input.len() => lists.push(Vec::new()),
            "and" | "or" => {}
            "" if index + 1 == input.len() => {}
            _ => return Err(refuse("query_operator must be and or or".into())),
        }
    }
    Ok(Filter(lists))
}

fn condition<F: Copy>(said: &ConditionInput, keys: &[Key<F>], model: Model, definitions: &[Definition]) -> Result<Condition<F>, String> {
    let name = said.attribute_key.0.trim();
    let of_another = match said.custom_attribute_type.clone().set() {
        None => None,
        Some(Text(said)) => Some(Model::from_name(&said).ok_or_else(|| format!("{said} is no custom_attribute_type"))?).filter(|said| *said != model),
    };
    let own = keys.iter().find(|key| key.name == name && of_another.is_none());
    let (field, kind, operators) = match own {
        Some(key) => (Field::Own(key.field), key.kind, key.operators),
        None => {
            let model = of_another.unwrap_or(model);
            let known = definitions.iter().find(|definition| definition.attribute_model == model && definition.attribute_key == name);
            let kind = known.ok_or_else(|| format!("there is no attribute_key {name}"))?.attribute_display_type;
            (Field::Custom(model, name.to_owned()), Kind::of_custom(kind), Operator::of_custom(kind))
        }
    };
    let operator = said.filter_operator.0.trim();
    let known = Operator::NAMES.iter().find(|(written, _)| *written == operator).map(|(_, operator)| *operator);
    let operator = known.filter(|operator| operators.contains(operator)).ok_or_else(|| format!("{name} knows no filter_operator {operator}"))?;
    let values = match operator {
        IsPresent | IsNotPresent | AttributeChanged => Vec::new(),
        _ => values::list(&said.values)?,
    };
    let test = match operator {
        IsPresent | IsNotPresent => Test::Present,
        AttributeChanged => Test::Changed { from: values::side(kind, &said.values, "from")?, to: values::side(kind, &said.values, "to")? },
        EqualTo | NotEqualTo => values::one_of(kind, &values)?,
        Contains | DoesNotContain => Test::Containing(values::texts(&values)?),
        StartsWith => Test::Starting(values::texts(&values)?),
        IsGreaterThan if kind == Kind::Day => Test::After(values::day(values::single(&values)?)?),
        IsLessThan if kind == Kind::Day => Test::Before(values::day(values::single(&values)?)?),
        IsGreaterThan => Test::Above(values::number(values::single(&values)?)?),
        IsLessThan => Test::Below(values::number(values::single(&values)?)?),
        DaysBefore => Test::Before(values::days_ago(values::single(&values)?)?),
    };
    Ok(Condition { field, test, negated: operator.negates() })
}
