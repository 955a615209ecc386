//! What customers say of how they were served.
use diesel::table;

table! {
    use diesel::sql_types::*;
    csat_survey_responses (id) {
        id -> BigInt,
        account_id -> BigInt,
        conversation_id -> BigInt,
        message_id -> BigInt,
        contact_id -> BigInt,
        assigned_agent_id -> Nullable<BigInt>,
        rating -> SmallInt,
        feedback_message -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        csat_review_notes -> Nullable<Text>,
        review_notes_updated_at -> Nullable<Timestamp>,
        review_notes_updated_by_id -> Nullable<BigInt>,
    }
}
