//! The tables of what an account uses of others, and shows beside its conversations.
use diesel::table;

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    dashboard_apps (id) {
        id -> BigInt,
        account_id -> BigInt,
        title -> Text,
        content -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    integration_hooks (id) {
        id -> BigInt,
        account_id -> BigInt,
        app_id -> SmallInt,
        status -> SmallInt,
        settings -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
