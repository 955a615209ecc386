//! What people prove besides their password.
use super::users;
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    second_factors (id) {
        id -> BigInt,
        user_id -> BigInt,
        seed -> Text,
        key_print -> Text,
        last_step -> BigInt,
        enabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    backup_codes (id) {
        id -> BigInt,
        user_id -> BigInt,
        code_hash -> Text,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    sign_in_challenges (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        tries -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    sign_ups (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        account_name -> Text,
        locale -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

joinable!(sign_in_challenges -> users (user_id));

allow_tables_to_appear_in_same_query!(sign_in_challenges, users);
