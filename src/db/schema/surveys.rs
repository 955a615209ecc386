//! The table of surveys.
use super::{contacts, conversations, messages, users};
use diesel::{joinable, table};

table! {
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
    }
}

joinable!(csat_survey_responses -> contacts (contact_id));
joinable!(csat_survey_responses -> conversations (conversation_id));
joinable!(csat_survey_responses -> messages (message_id));
joinable!(csat_survey_responses -> users (assigned_agent_id));
