//! How sessions look in JSON.
use super::{Device, Session};
use crate::{db::types::SessionId, web::json::Iso};
use schemars::JsonSchema;
use serde::Serialize;

/// A session as its user sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub struct SessionJson {
    id: SessionId,
    /// What the program calls itself; null where it is not known here.
    browser_name: Option<&'static str>,
    browser_version: Option<String>,
    device_name: Option<&'static str>,
    platform_name: Option<&'static str>,
    /// Always null.
    platform_version: (),
    ip_address: Option<String>,
    /// Always null, like the country: nobody else is asked where an address is.
    city: (),
    country: (),
    country_code: (),
    last_activity_at: Iso,
    created_at: Iso,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionJson {
    /// Draws a session for its user, who may have come with this one.
    pub fn of(session: Session, current: Option<SessionId>) -> SessionJson {
        let Device { browser, browser_version, platform, device } = Device::of(session.user_agent.as_deref().unwrap_or_default());
        SessionJson {
            id: session.id,
            browser_name: browser,
            browser_version,
            device_name: device,
            platform_name: platform,
            platform_version: (),
            last_activity_at: Iso(session.seen_at()),
            ip_address: session.ip,
            city: (),
            country: (),
            country_code: (),
            created_at: Iso(session.created_at),
            current: current == Some(session.id),
        }
    }
}
