//! The tables of files: those that are there, what they belong to, and those on their way.
use diesel::table;

table! {
    use diesel::sql_types::*;
    blobs (id) {
        id -> BigInt,
        account_id -> Nullable<BigInt>,
        key -> Text,
        filename -> Text,
        content_type -> Text,
        byte_size -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    attachments (id) {
        id -> BigInt,
        account_id -> BigInt,
        message_id -> BigInt,
        blob_id -> BigInt,
        file_type -> SmallInt,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    direct_uploads (id) {
        id -> BigInt,
        account_id -> BigInt,
        token -> Text,
        filename -> Text,
        content_type -> Text,
        byte_size -> BigInt,
        checksum -> Text,
        blob_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}
