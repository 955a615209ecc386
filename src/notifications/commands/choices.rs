//! Storing how somebody wants to be reached.
use crate::{
    auth::Agent,
    checks::within,
    db::{
        Tx,
        dialect::{Columns, take_turns_of},
        schema::{account_users, notification_subscriptions},
        types::{Json, SubscriptionId, UserId, now},
    },
    error::{Error, Result},
    notifications::{
        model::{Choices, MOST_SUBSCRIPTIONS, NotificationType, Subscription, SubscriptionType},
        queries,
    },
    web::{
        Input,
        fields::{List, Object, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The longest endpoint or device id, in characters.
const LONGEST_IDENTIFIER: usize = 1000;

/// How many bytes of JSON a subscription may have: an endpoint with its keys, or a device with its token.
const LARGEST: usize = 8 * 1024;

/// What a member may say about their notifications; what is absent stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChoicesInput {
    /// Names such as `email_conversation_assignment`.
    pub selected_email_flags: Option<List<Text>>,
    /// Names such as `push_conversation_assignment`.
    pub selected_push_flags: Option<List<Text>>,
}

impl Input for ChoicesInput {
    const ROOT: &'static str = "notification_settings";
}

/// Stores what somebody wants to be told, and how.
///
/// # Errors
/// [`Error::Invalid`] about a list that names what there is not.
pub fn choose(tx: &mut Tx, by: &Agent, input: ChoicesInput) -> Result<Choices> {
    let ChoicesInput { selected_email_flags, selected_push_flags } = input;
    let present = queries::choices(tx.conn, by)?;
    let email = bits("selected_email_flags", "email_", selected_email_flags)?.unwrap_or(present.email_flags);
    let push = bits("selected_push_flags", "push_", selected_push_flags)?.unwrap_or(present.push_flags);
    let update = diesel::update(account_users::table.find(present.id))
        .set((account_users::email_flags.eq(email), account_users::push_flags.eq(push), account_users::updated_at.eq(now())))
        .returning(Choices::columns());
    Ok(update.get_result(tx.conn)?)
}

fn bits(attribute: &'static str, prefix: &str, names: Option<List<Text>>) -> Result<Option<i64>> {
    let Some(List(names)) = names else { return Ok(None) };
    let bit = |Text(name): &Text| {
        let kind = name.strip_prefix(prefix).and_then(|name| NotificationType::to_choose().find(|kind| kind.name() == name));
        kind.map(NotificationType::bit).ok_or_else(|| Error::invalid(attribute, format!("{name:?} is no such flag")))
    };
    names.iter().try_fold(0, |all, name| Ok(all | bit(name)?)).map(Some)
}

/// A browser or an app that is to be pushed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SubscriptionInput {
    /// What it is.
    pub subscription_type: Option<SubscriptionType>,
    /// What is needed to reach it: an `endpoint` with its keys, or a `device_id` with its `push_token`.
    pub subscription_attributes: Object,
}

impl Input for SubscriptionInput {
    const ROOT: &'static str = "notification_subscription";
}

/// Notes a browser or an app. It takes the place of the one that is known by the same name, whosever that was.
///
/// # Errors
/// [`Error::Invalid`] about `subscription_type`, `subscription_attributes` or `identifier`.
pub fn subscribe(tx: &mut Tx, user: UserId, input: SubscriptionInput) -> Result<Subscription> {
    let SubscriptionInput { subscription_type, subscription_attributes: Object(attributes) } = input;
    let kind = subscription_type.ok_or_else(|| Error::blank("subscription_type"))?;
    let identifier = attributes.get(kind.identifier()).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let identifier = identifier.ok_or_else(|| Error::blank("identifier"))?.to_owned();
    within("identifier", &identifier, LONGEST_IDENTIFIER)?;
    if serde_json::to_vec(&attributes).map_err(Error::internal)?.len() > LARGEST {
        return Err(Error::invalid("subscription_attributes", "Subscription attributes are larger than 8 KiB"));
    }
    // of two at once with the same name, the second finds what the first has stored
    take_turns_of(tx.conn, &[format!("push {identifier}")])?;
    let now = now();
    diesel::delete(notification_subscriptions::table.filter(notification_subscriptions::identifier.eq(&identifier))).execute(tx.conn)?;
    let insert = diesel::insert_into(notification_subscriptions::table)
        .values((
            notification_subscriptions::user_id.eq(user),
            notification_subscriptions::subscription_type.eq(kind),
            notification_subscriptions::identifier.eq(identifier),
            notification_subscriptions::subscription_attributes.eq(Json(attributes)),
            notification_subscriptions::created_at.eq(now),
            notification_subscriptions::updated_at.eq(now),
        ))
        .returning(Subscription::columns());
    let made: Subscription = insert.get_result(tx.conn)?;
    let oldest = queries::subscriptions(tx.conn, user)?.into_iter().skip(MOST_SUBSCRIPTIONS as usize);
    forget(tx, oldest.map(|one| one.id).collect())?;
    Ok(made)
}

/// Forgets the user's app that has this token. One that is not known is forgotten already.
///
/// # Errors
/// The database's.
pub fn unsubscribe(tx: &mut Tx, user: UserId, push_token: &str) -> Result<()> {
    let has_token = |one: &Subscription| one.subscription_attributes.0.get("push_token").and_then(Value::as_str) == Some(push_token);
    let those = queries::subscriptions(tx.conn, user)?.into_iter().filter(has_token);
    forget(tx, those.map(|one| one.id).collect())
}

fn forget(tx: &mut Tx, ids: Vec<SubscriptionId>) -> Result<()> {
    diesel::delete(notification_subscriptions::table.filter(notification_subscriptions::id.eq_any(ids))).execute(tx.conn)?;
    Ok(())
}
