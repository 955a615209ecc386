//! Who is to answer in a conversation, as webhooks and sockets hear it.
use crate::{
    bots::{self, AgentBot, BotPush},
    users::{TokenOwner, UserPush},
};
use schemars::JsonSchema;
use serde::Serialize;

/// Who is to answer.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum AssigneePush<'a> {
    /// Somebody.
    User(UserPush<'a>),
    /// A bot.
    Bot(BotPush<'a>),
}

impl AssigneePush<'_> {
    /// What kind of thing it is.
    pub fn kind(&self) -> TokenOwner {
        match self {
            AssigneePush::User(_) => TokenOwner::User,
            AssigneePush::Bot(_) => TokenOwner::AgentBot,
        }
    }
}

/// Draws who is to answer: somebody, or a bot.
pub fn assignee<'a>(somebody: Option<UserPush<'a>>, bot: Option<&'a AgentBot>) -> Option<AssigneePush<'a>> {
    somebody.map(AssigneePush::User).or_else(|| bot.map(bots::push).map(AssigneePush::Bot))
}
