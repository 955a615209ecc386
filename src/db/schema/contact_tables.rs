//! The tables of contacts that are brought as a table, or taken along in one.
use super::blobs;
use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    contact_jobs (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> Nullable<BigInt>,
        by_program -> Bool,
        kind -> SmallInt,
        state -> SmallInt,
        failure -> Nullable<SmallInt>,
        filename -> Text,
        source_blob_id -> Nullable<BigInt>,
        result_blob_id -> Nullable<BigInt>,
        wish -> Nullable<Document>,
        reached -> BigInt,
        line -> BigInt,
        total -> BigInt,
        done -> BigInt,
        created -> BigInt,
        updated -> BigInt,
        refused -> BigInt,
        attempts -> Integer,
        due_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
    }
}

table! {
    use diesel::sql_types::*;
    contact_job_refusals (id) {
        id -> BigInt,
        job_id -> BigInt,
        place -> BigInt,
        line -> BigInt,
        reason -> Text,
    }
}

allow_tables_to_appear_in_same_query!(contact_jobs, blobs);
