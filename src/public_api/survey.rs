//! The survey of a conversation, found by the conversation's uuid: who was given the link may answer.
use crate::{
    accounts::Account,
    conversations::{self, Message, Submission},
    db::{DbConn, Tx, types::DisplayId},
    error::{Error, Result},
    inboxes::{self, Inbox},
    surveys::{self, Response},
};
use serde_json::Value;

/// A question, and the answer to it.
#[derive(Debug)]
pub(super) struct Survey {
    pub account: Account,
    pub inbox: Inbox,
    number: DisplayId,
    /// What asks.
    pub message: Message,
    /// Nothing as long as nobody has answered.
    pub response: Option<Response>,
}

impl Survey {
    /// The newest survey of the conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unauthorized`] when the account is suspended.
    pub fn find(conn: &mut DbConn, uuid: &str) -> Result<Survey> {
        // in the spelling of the column; what is no uuid, no conversation has
        let uuid = uuid::Uuid::try_parse(uuid).map_err(|_| Error::NotFound)?.to_string();
        let (message, number, account) = conversations::survey(conn, &uuid)?;
        account.check_active()?;
        let inbox = inboxes::of_account(conn, account.id, message.inbox_id)?;
        let response = surveys::of_message(conn, message.id)?;
        Ok(Survey { account, inbox, number, message, response })
    }

    /// Answers it, or changes the answer; gives the survey as it is then.
    ///
    /// # Errors
    /// As [`Survey::find`] and [`conversations::submit`].
    pub fn answer(tx: &mut Tx, uuid: &str, values: &Value) -> Result<Survey> {
        let survey = Survey::find(tx.conn, uuid)?;
        let mut thread = conversations::open(tx.conn, &survey.account, survey.number)?;
        let said = Submission { values: values.clone(), ..Submission::default() };
        let message = conversations::submit(tx, &mut thread, survey.message.id, &said)?.message;
        let response = surveys::of_message(tx.conn, message.id)?;
        Ok(Survey { message, response, ..survey })
    }

    /// Whether it can still be answered, or the answer be changed.
    pub fn is_open(&self) -> bool {
        surveys::is_open(self.message.created_at)
    }

    /// `emoji` or `star`; or what else the message says.
    pub fn display_type(&self) -> &str {
        let said = self.message.content_attributes.0.get("display_type").and_then(Value::as_str);
        said.filter(|display| !display.is_empty()).unwrap_or(surveys::USUAL_DISPLAY)
    }
}
