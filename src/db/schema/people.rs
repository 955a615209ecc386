//! What belongs to people besides their accounts.
use super::{account_users, users};
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    password_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        shown -> Bool,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    address_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        address -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    use super::super::Document;
    use diesel::sql_types::*;
    notification_subscriptions (id) {
        id -> BigInt,
        user_id -> BigInt,
        subscription_type -> SmallInt,
        identifier -> Text,
        subscription_attributes -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    canned_responses (id) {
        id -> BigInt,
        account_id -> BigInt,
        short_code -> Text,
        content -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

joinable!(address_tokens -> users (user_id));
joinable!(password_tokens -> users (user_id));

allow_tables_to_appear_in_same_query!(address_tokens, users);
allow_tables_to_appear_in_same_query!(password_tokens, users);
allow_tables_to_appear_in_same_query!(account_users, password_tokens);
