//! The tables of what is left to be done after bots, and of what campaigns say once.
use diesel::table;

table! {
    use diesel::sql_types::*;
    bot_departures (id) {
        id -> BigInt,
        agent_bot_id -> BigInt,
        inbox_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}
