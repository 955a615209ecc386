//! The tables of what the server does by itself, and of what people have done with one click.
use diesel::table;

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    macros (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        visibility -> SmallInt,
        created_by_id -> Nullable<BigInt>,
        updated_by_id -> Nullable<BigInt>,
        actions -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    automation_rules (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        description -> Nullable<Text>,
        event_name -> SmallInt,
        conditions -> Document,
        actions -> Document,
        active -> Bool,
        execution_delay -> Nullable<Integer>,
        turned_off_because -> Nullable<Document>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    action_files (id) {
        id -> BigInt,
        automation_rule_id -> Nullable<BigInt>,
        macro_id -> Nullable<BigInt>,
        blob_id -> BigInt,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    action_runs (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        state -> SmallInt,
        event_name -> Nullable<SmallInt>,
        message_id -> Nullable<BigInt>,
        changes -> Nullable<Document>,
        automation_rule_id -> Nullable<BigInt>,
        macro_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        actions -> Nullable<Document>,
        attempts -> Integer,
        due_at -> Timestamp,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        outcome -> Nullable<Document>,
    }
}
