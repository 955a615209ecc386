//! Agents in a conversation: who follows it, who was named in it, what they have begun to write; and the conversations that wait for one.
use super::{account_users, conversations, notifications, users};
use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    use diesel::sql_types::*;
    conversation_participants (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        user_id -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    mentions (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        user_id -> BigInt,
        mentioned_at -> Timestamp,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    draft_messages (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        user_id -> BigInt,
        message -> Text,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    conversations_to_assign (id) {
        id -> BigInt,
        inbox_id -> BigInt,
        conversation_id -> BigInt,
        created_at -> Timestamp,
    }
}

allow_tables_to_appear_in_same_query!(conversation_participants, conversations);
allow_tables_to_appear_in_same_query!(conversation_participants, users);
allow_tables_to_appear_in_same_query!(conversation_participants, account_users);
allow_tables_to_appear_in_same_query!(mentions, conversations);
allow_tables_to_appear_in_same_query!(conversations_to_assign, conversations);
allow_tables_to_appear_in_same_query!(draft_messages, conversations);
allow_tables_to_appear_in_same_query!(notifications, conversations);
