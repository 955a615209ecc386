//! Users: the people who answer, and what each may do in which account. Their doors are the rooms above `auth`.
mod commands;
mod model;
mod payload;
mod queries;
mod sample;

pub use commands::{
    Departure, Departures, Dismissals, NewUser, PlaceChange, Releases, Restriction, Restrictions, add_member, appoint, clear_services, create,
    create_service, delete, disown, expel, issue_token, leave_membership, note_address, remove_member, renew_pubsub_token, reset_access_token,
    restrict, revoke_token, set_avatar, set_password, touch_membership, update, update_member, vouch_for,
};
pub use model::{
    Availability, FIRST_EMAIL_FLAGS, FIRST_PUSH_FLAGS, Member, Membership, Role, Seat, TokenOwner, User, email_address, named, strong_password,
};
pub use payload::{
    AgentJson, FounderJson, ProfileJson, UserPush, UserWebhook, agent, founder, performer, profile, profile_with_birth, push, webhook,
};
pub use queries::{
    access_token, administrators, any, authors, by_access_token, by_access_token_in, by_email, by_ids, find, find_to_change, member, members,
    memberships, owner_of_token,
};
pub use sample::sample;
