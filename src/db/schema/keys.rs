//! Keys of programs that belong to no person.
use super::{accounts, users};
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    service_keys (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        scope -> SmallInt,
        token_hash -> Text,
        hint -> Text,
        created_by -> Nullable<BigInt>,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

joinable!(service_keys -> accounts (account_id));
joinable!(service_keys -> users (user_id));

allow_tables_to_appear_in_same_query!(accounts, service_keys);
allow_tables_to_appear_in_same_query!(service_keys, users);
