//! The tables of what reports measure and count.
use super::conversations;
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    reporting_events (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> SmallInt,
        value -> Double,
        value_in_business_hours -> Nullable<Double>,
        inbox_id -> BigInt,
        user_id -> Nullable<BigInt>,
        conversation_id -> BigInt,
        event_start_time -> Timestamp,
        event_end_time -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    report_hours (account_id, hour) {
        account_id -> BigInt,
        hour -> BigInt,
        facts -> Binary,
    }
}

table! {
    use diesel::sql_types::*;
    report_progress (id) {
        id -> BigInt,
        conversation_id -> BigInt,
        message_id -> BigInt,
        event_id -> BigInt,
        seen_conversation_id -> BigInt,
        seen_message_id -> BigInt,
        seen_event_id -> BigInt,
        awaited -> Text,
        steps -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    report_omissions (account_id, conversation_id) {
        account_id -> BigInt,
        conversation_id -> BigInt,
    }
}

joinable!(reporting_events -> conversations (conversation_id));

allow_tables_to_appear_in_same_query!(reporting_events, conversations);
