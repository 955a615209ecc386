//! The tables of what programs of the operator's arrange.
use super::{super::types::Document, accounts, users};
use diesel::{joinable, table};

table! {
    use diesel::sql_types::*;
    platform_apps (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    platform_app_permissibles (id) {
        id -> BigInt,
        platform_app_id -> BigInt,
        permissible_type -> SmallInt,
        permissible_id -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    account_plans (id) {
        id -> BigInt,
        account_id -> BigInt,
        features -> Document,
        limits -> Document,
        deleted_at -> Nullable<Timestamp>,
    }
}

table! {
    use diesel::sql_types::*;
    sign_in_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

joinable!(account_plans -> accounts (account_id));
joinable!(sign_in_tokens -> users (user_id));
