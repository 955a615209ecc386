//! The tables of what is told, and to whom.
use super::{inboxes, users};
use diesel::{joinable, table};

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    events (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> SmallInt,
        inbox_id -> Nullable<BigInt>,
        conversation_id -> Nullable<BigInt>,
        message_id -> Nullable<BigInt>,
        actor_type -> Nullable<SmallInt>,
        actor_id -> Nullable<BigInt>,
        payload -> Text,
        test -> Bool,
        created_at -> Timestamp,
        aside -> Nullable<Text>,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    webhooks (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> SmallInt,
        inbox_id -> Nullable<BigInt>,
        url -> Text,
        name -> Nullable<Text>,
        subscriptions -> Document,
        secret -> Text,
        payload_format -> SmallInt,
        turned_off_at -> Nullable<Timestamp>,
        turned_off_reason -> Nullable<SmallInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        description -> Nullable<Text>,
        headers -> Document,
        all_events -> Bool,
        exclude_private_notes -> Bool,
        old_secret -> Nullable<Text>,
        old_secret_until -> Nullable<Timestamp>,
        timeout_ms -> Nullable<Integer>,
        retry_schedule -> Nullable<Text>,
        max_in_flight -> Nullable<Integer>,
        rate_limit -> Nullable<Integer>,
        in_order -> Bool,
        failing_since -> Nullable<Timestamp>,
        turned_off_by -> Nullable<BigInt>,
        agent_bot_id -> Nullable<BigInt>,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    deliveries (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        webhook_id -> BigInt,
        event_id -> BigInt,
        state -> SmallInt,
        attempts -> Integer,
        manual -> Bool,
        test -> Bool,
        due_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
        response_status -> Nullable<SmallInt>,
        error_class -> Nullable<SmallInt>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        conversation_id -> Nullable<BigInt>,
        claimed_by -> Nullable<Integer>,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    attempts (id) {
        id -> BigInt,
        delivery_id -> BigInt,
        number -> Integer,
        manual -> Bool,
        url -> Text,
        request_headers -> Document,
        dialled -> Nullable<Text>,
        response_status -> Nullable<SmallInt>,
        response_headers -> Nullable<Document>,
        response_body -> Nullable<Binary>,
        response_truncated -> Bool,
        error_class -> Nullable<SmallInt>,
        error_message -> Nullable<Text>,
        duration_ms -> Integer,
        created_at -> Timestamp,
        account_id -> Nullable<BigInt>,
        timings -> Nullable<Text>,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    webhook_replays (id) {
        id -> BigInt,
        account_id -> BigInt,
        webhook_id -> BigInt,
        kind -> SmallInt,
        from_at -> Timestamp,
        until_at -> Timestamp,
        events -> Document,
        rate -> Integer,
        total -> BigInt,
        sent -> BigInt,
        reached_id -> BigInt,
        last_id -> BigInt,
        state -> SmallInt,
        next_at -> Timestamp,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

table! {
    use diesel::sql_types::*;
    test_receivers (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Nullable<Text>,
        token -> Text,
        answer -> SmallInt,
        seconds -> Integer,
        created_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    test_receiver_requests (id) {
        id -> BigInt,
        receiver_id -> BigInt,
        method -> Text,
        path -> Text,
        headers -> Document,
        body -> Binary,
        body_size -> BigInt,
        status -> Nullable<SmallInt>,
        seconds -> Integer,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    mails (id) {
        id -> BigInt,
        account_id -> Nullable<BigInt>,
        to_name -> Nullable<Text>,
        to_address -> Text,
        subject -> Text,
        text -> Text,
        html -> Nullable<Text>,
        message_id -> Text,
        state -> SmallInt,
        attempts -> Integer,
        due_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    notifications (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        notification_type -> SmallInt,
        primary_actor_type -> SmallInt,
        primary_actor_id -> BigInt,
        secondary_actor_type -> Nullable<SmallInt>,
        secondary_actor_id -> Nullable<BigInt>,
        read_at -> Nullable<Timestamp>,
        snoozed_until -> Nullable<Timestamp>,
        last_activity_at -> Timestamp,
        meta -> Document,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use crate::db::types::Document;
    use diesel::sql_types::*;
    agent_bots (id) {
        id -> BigInt,
        account_id -> Nullable<BigInt>,
        name -> Text,
        description -> Nullable<Text>,
        outgoing_url -> Nullable<Text>,
        bot_type -> SmallInt,
        bot_config -> Document,
        secret -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        avatar_blob_id -> Nullable<BigInt>,
        avatar_url -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    agent_bot_inboxes (id) {
        id -> BigInt,
        inbox_id -> BigInt,
        agent_bot_id -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    bot_terms (id) {
        id -> BigInt,
        inbox_id -> BigInt,
        began_at -> Timestamp,
        ended_at -> Timestamp,
    }
}

joinable!(webhooks -> users (turned_off_by));
joinable!(deliveries -> webhooks (webhook_id));
joinable!(deliveries -> events (event_id));
joinable!(attempts -> deliveries (delivery_id));
joinable!(webhook_replays -> webhooks (webhook_id));
joinable!(test_receiver_requests -> test_receivers (receiver_id));
joinable!(agent_bot_inboxes -> agent_bots (agent_bot_id));
joinable!(agent_bot_inboxes -> inboxes (inbox_id));
joinable!(bot_terms -> inboxes (inbox_id));
