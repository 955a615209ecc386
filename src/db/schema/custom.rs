//! The tables of what a business arranges for itself: notes, attributes of its own, filters that are kept.
use diesel::table;

table! {
    use diesel::sql_types::*;
    notes (id) {
        id -> BigInt,
        account_id -> BigInt,
        contact_id -> BigInt,
        user_id -> Nullable<BigInt>,
        content -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    custom_attribute_definitions (id) {
        id -> BigInt,
        account_id -> BigInt,
        attribute_model -> SmallInt,
        attribute_key -> Text,
        attribute_display_name -> Text,
        attribute_display_type -> SmallInt,
        attribute_description -> Nullable<Text>,
        attribute_values -> Document,
        regex_pattern -> Nullable<Text>,
        regex_cue -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    custom_filters (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        filter_type -> SmallInt,
        name -> Text,
        query -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
