//! Every table, once, as both databases have it.
mod answering;
mod audits;
mod automation;
mod contact_tables;
mod custom;
mod files;
mod groups;
mod help_centre;
mod integrations;
mod keys;
mod people;
mod platform;
mod proofs;
mod reporting;
mod surveys;
mod taking_part;
mod telling;
mod websites;

pub use answering::*;
pub use audits::*;
pub use automation::*;
pub use contact_tables::*;
pub use custom::*;
pub use files::*;
pub use groups::*;
pub use help_centre::*;
pub use integrations::*;
pub use keys::*;
pub use people::*;
pub use platform::*;
pub use proofs::*;
pub use reporting::*;
pub use surveys::*;
pub use taking_part::*;
pub use telling::*;
pub use websites::*;

use super::types::Document;
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use super::Document;
    use diesel::sql_types::*;
    accounts (id) {
        id -> BigInt,
        name -> Text,
        locale -> Text,
        domain -> Nullable<Text>,
        support_email -> Nullable<Text>,
        status -> SmallInt,
        settings -> Document,
        custom_attributes -> Document,
        webhook_payload_format -> SmallInt,
        last_display_id -> BigInt,
        last_campaign_id -> BigInt,
        rule_events -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    users (id) {
        id -> BigInt,
        name -> Text,
        display_name -> Nullable<Text>,
        email -> Text,
        password_hash -> Text,
        pubsub_token -> Text,
        message_signature -> Nullable<Text>,
        ui_settings -> Document,
        custom_attributes -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        confirmed -> Bool,
        avatar_blob_id -> Nullable<BigInt>,
        avatar_url -> Nullable<Text>,
        address_proved -> Bool,
        is_service -> Bool,
        service_of -> Nullable<BigInt>,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    account_users (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        role -> SmallInt,
        availability -> SmallInt,
        auto_offline -> Bool,
        inviter_id -> Nullable<BigInt>,
        active_at -> Nullable<Timestamp>,
        left_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        email_flags -> BigInt,
        push_flags -> BigInt,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    access_tokens (id) {
        id -> BigInt,
        owner_type -> SmallInt,
        owner_id -> BigInt,
        token -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        client_id -> Text,
        token_hash -> Text,
        user_agent -> Nullable<Text>,
        ip -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_seen_at -> Nullable<Timestamp>,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    inboxes (id) {
        id -> BigInt,
        account_id -> BigInt,
        channel_type -> SmallInt,
        name -> Text,
        greeting_enabled -> Bool,
        greeting_message -> Nullable<Text>,
        working_hours_enabled -> Bool,
        out_of_office_message -> Nullable<Text>,
        timezone -> Text,
        enable_email_collect -> Bool,
        csat_survey_enabled -> Bool,
        csat_config -> Document,
        enable_auto_assignment -> Bool,
        auto_assignment_config -> Document,
        allow_messages_after_resolved -> Bool,
        lock_to_single_conversation -> Bool,
        sender_name_type -> SmallInt,
        business_name -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        avatar_blob_id -> Nullable<BigInt>,
        avatar_url -> Nullable<Text>,
        portal_id -> Nullable<BigInt>,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    api_channels (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> BigInt,
        webhook_url -> Nullable<Text>,
        identifier -> Text,
        hmac_token -> Text,
        hmac_mandatory -> Bool,
        secret -> Text,
        additional_attributes -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    web_widget_channels (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> BigInt,
        website_url -> Text,
        website_token -> Text,
        hmac_token -> Text,
        hmac_mandatory -> Bool,
        widget_color -> Text,
        welcome_title -> Nullable<Text>,
        welcome_tagline -> Nullable<Text>,
        reply_time -> SmallInt,
        pre_chat_form_enabled -> Bool,
        pre_chat_form_options -> Document,
        continuity_via_email -> Bool,
        allowed_domains -> Text,
        feature_flags -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        session_key -> Text,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    working_hours (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> BigInt,
        day_of_week -> SmallInt,
        closed_all_day -> Bool,
        open_hour -> Nullable<SmallInt>,
        open_minutes -> Nullable<SmallInt>,
        close_hour -> Nullable<SmallInt>,
        close_minutes -> Nullable<SmallInt>,
        open_all_day -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    inbox_members (id) {
        id -> BigInt,
        inbox_id -> BigInt,
        user_id -> BigInt,
        created_at -> Timestamp,
        last_assigned_at -> Nullable<Timestamp>,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    contacts (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
        phone_number -> Nullable<Text>,
        identifier -> Nullable<Text>,
        contact_type -> SmallInt,
        blocked -> Bool,
        avatar_url -> Nullable<Text>,
        avatar_blob_id -> Nullable<BigInt>,
        additional_attributes -> Document,
        custom_attributes -> Document,
        last_activity_at -> Nullable<Timestamp>,
        seen_at -> Nullable<Timestamp>,
        is_claimed -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        sort_name -> Text,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    contact_inboxes (id) {
        id -> BigInt,
        contact_id -> BigInt,
        inbox_id -> BigInt,
        source_id -> Text,
        pubsub_token -> Text,
        hmac_verified -> Bool,
        said -> Nullable<Document>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    conversations (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> BigInt,
        contact_id -> BigInt,
        contact_inbox_id -> BigInt,
        display_id -> BigInt,
        uuid -> Text,
        status -> SmallInt,
        priority -> Nullable<SmallInt>,
        assignee_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        snoozed_until -> Nullable<Timestamp>,
        first_reply_created_at -> Nullable<Timestamp>,
        waiting_since -> Nullable<Timestamp>,
        last_activity_at -> Timestamp,
        agent_last_seen_at -> Nullable<Timestamp>,
        assignee_last_seen_at -> Nullable<Timestamp>,
        contact_last_seen_at -> Nullable<Timestamp>,
        labels -> Document,
        additional_attributes -> Document,
        custom_attributes -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        campaign_id -> Nullable<BigInt>,
        assignee_agent_bot_id -> Nullable<BigInt>,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    messages (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> BigInt,
        conversation_id -> BigInt,
        message_type -> SmallInt,
        content_type -> SmallInt,
        content -> Nullable<Text>,
        content_attributes -> Document,
        private -> Bool,
        status -> SmallInt,
        source_id -> Nullable<Text>,
        sender_type -> Nullable<SmallInt>,
        sender_id -> Nullable<BigInt>,
        additional_attributes -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

joinable!(account_users -> accounts (account_id));
joinable!(account_users -> users (user_id));
joinable!(sessions -> users (user_id));
joinable!(inboxes -> accounts (account_id));
joinable!(api_channels -> inboxes (inbox_id));
joinable!(web_widget_channels -> inboxes (inbox_id));
joinable!(inbox_members -> inboxes (inbox_id));
joinable!(inbox_members -> users (user_id));
joinable!(contact_inboxes -> contacts (contact_id));
joinable!(contact_inboxes -> inboxes (inbox_id));
joinable!(conversations -> accounts (account_id));
joinable!(conversations -> inboxes (inbox_id));
joinable!(conversations -> contacts (contact_id));
joinable!(conversations -> contact_inboxes (contact_inbox_id));
joinable!(conversations -> users (assignee_id));
joinable!(messages -> conversations (conversation_id));
joinable!(action_files -> blobs (blob_id));
joinable!(attachments -> blobs (blob_id));
joinable!(attachments -> messages (message_id));
joinable!(csat_survey_responses -> contacts (contact_id));
joinable!(csat_survey_responses -> conversations (conversation_id));
joinable!(csat_survey_responses -> messages (message_id));
joinable!(csat_survey_responses -> users (assigned_agent_id));

allow_tables_to_appear_in_same_query!(
    access_tokens,
    account_users,
    accounts,
    action_files,
    agent_bot_inboxes,
    agent_bots,
    api_channels,
    attachments,
    attempts,
    blobs,
    bot_departures,
    bot_terms,
    cache_keys,
    contact_inboxes,
    contact_labels,
    contacts,
    conversation_labels,
    conversations,
    csat_survey_responses,
    deliveries,
    events,
    inbox_members,
    inboxes,
    labels,
    messages,
    sessions,
    team_members,
    teams,
    test_receiver_requests,
    test_receivers,
    users,
    web_widget_channels,
    webhook_replays,
    webhooks,
    working_hours,
);
