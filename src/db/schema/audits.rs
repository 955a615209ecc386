//! The table of who has changed what.
use super::{super::types::Document, accounts};
use diesel::{joinable, table};

table! {
    use super::Document;
    use diesel::sql_types::*;
    audit_logs (id) {
        id -> BigInt,
        account_id -> BigInt,
        auditable_type -> Text,
        auditable_id -> BigInt,
        auditable_name -> Text,
        action -> SmallInt,
        audited_changes -> Document,
        version -> BigInt,
        author_type -> Nullable<SmallInt>,
        author_id -> Nullable<BigInt>,
        author_name -> Text,
        request_uuid -> Nullable<Text>,
        remote_address -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

joinable!(audit_logs -> accounts (account_id));
