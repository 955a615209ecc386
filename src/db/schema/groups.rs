//! The tables by which people and conversations are sorted.
use super::{accounts, contacts, conversations, users};
use diesel::{joinable, table};

table! {
    use diesel::sql_types::*;
    teams (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        description -> Nullable<Text>,
        allow_auto_assign -> Bool,
        icon -> Text,
        icon_color -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    team_members (id) {
        id -> BigInt,
        team_id -> BigInt,
        user_id -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    labels (id) {
        id -> BigInt,
        account_id -> BigInt,
        title -> Text,
        description -> Nullable<Text>,
        color -> Text,
        show_on_sidebar -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    conversation_labels (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        title -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    contact_labels (id) {
        id -> BigInt,
        account_id -> BigInt,
        contact_id -> BigInt,
        title -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    cache_keys (id) {
        id -> BigInt,
        account_id -> BigInt,
        list -> SmallInt,
        changed -> BigInt,
    }
}

joinable!(teams -> accounts (account_id));
joinable!(team_members -> teams (team_id));
joinable!(team_members -> users (user_id));
joinable!(conversations -> teams (team_id));
joinable!(conversation_labels -> conversations (conversation_id));
joinable!(contact_labels -> contacts (contact_id));
