//! Reading how somebody wants to be reached.
use crate::{
    auth::Agent,
    db::{
        DbConn,
        dialect::Columns,
        schema::{account_users, notification_subscriptions},
        types::UserId,
    },
    error::Result,
    notifications::model::{Choices, Subscription},
};
use diesel::prelude::*;

/// What the agent has chosen.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when they have just left.
pub fn choices(conn: &mut DbConn, agent: &Agent) -> Result<Choices> {
    let own = account_users::user_id.eq(agent.user_id()).and(account_users::account_id.eq(agent.account_id()));
    Ok(account_users::table.filter(own).select(Choices::columns()).get_result(conn)?)
}

/// The browsers and apps of a user, the newest first.
pub fn subscriptions(conn: &mut DbConn, user: UserId) -> Result<Vec<Subscription>> {
    let query = notification_subscriptions::table.filter(notification_subscriptions::user_id.eq(user)).select(Subscription::columns());
    Ok(query.order_by((notification_subscriptions::updated_at.desc(), notification_subscriptions::id.desc())).load(conn)?)
}
