//! The table of what websites say by themselves.
use super::{accounts, inboxes, users};
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use crate::db::types::Document;
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
        campaign_type -> SmallInt,
        campaign_status -> SmallInt,
        scheduled_at -> Nullable<Timestamp>,
        audience -> Document,
        reached_contact_id -> BigInt,
        sent_count -> BigInt,
    }
}

joinable!(campaigns -> accounts (account_id));
joinable!(campaigns -> inboxes (inbox_id));
joinable!(campaigns -> users (sender_id));
allow_tables_to_appear_in_same_query!(accounts, campaigns);
allow_tables_to_appear_in_same_query!(campaigns, users);
