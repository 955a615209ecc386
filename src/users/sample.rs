//! The agent of samples.
use super::model::User;
use crate::{
    db::types::{Json, UserId},
    events::catalogue::moment,
};
use serde_json::Map;

/// An agent who exists in samples only.
pub fn sample() -> User {
    User {
        id: UserId(7),
        name: "Ada Agent".into(),
        display_name: Some("Ada".into()),
        email: "ada@example.org".into(),
        pubsub_token: String::new(),
        message_signature: None,
        ui_settings: Json(Map::new()),
        custom_attributes: Json(Map::new()),
        created_at: moment(-86_400),
        confirmed: true,
        avatar_url: None,
        address_proved: true,
    }
}
