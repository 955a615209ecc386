//! The table of what websites say by themselves.
use super::{accounts, inboxes, users};
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    campaigns (id) {
        id -> BigInt,
        account_id -> BigInt,
        display_id -> BigInt,
        inbox_id -> BigInt,
        sender_id -> Nullable<BigInt>,
        title -> Text,
        description -> Nullable<Text>,
        message -> Text,
        url -> Text,
        time_on_page -> Integer,
        enabled -> Bool,
        trigger_only_during_business_hours -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

joinable!(campaigns -> accounts (account_id));
joinable!(campaigns -> inboxes (inbox_id));
joinable!(campaigns -> users (sender_id));
allow_tables_to_appear_in_same_query!(campaigns, users);
