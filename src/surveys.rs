//! Surveys: how content contacts were. A message of a conversation asks, and each such message has at most one response.
//! What a message holds of its answer is the business of `conversations`; here are the rules and the rows that reports count.
pub mod api;
mod commands;
pub mod pages;
mod payload;
mod queries;

use crate::{
    audited,
    checks::within,
    db::{
        DbConn, Tx,
        dialect::Columns,
        schema::csat_survey_responses,
        types::{AccountId, ContactId, ConversationId, MessageId, SurveyResponseId, UserId, now},
    },
    error::{Error, Result},
    web::json::Iso,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

// -- model --

/// The longest that somebody may write about their rating, in characters.
pub const LONGEST_FEEDBACK: usize = 20_000;
/// The longest that may be noted about an answer, in characters.
const LONGEST_NOTE: usize = 20_000;
/// What somebody may choose from, the worst first.
pub const RATINGS: std::ops::RangeInclusive<i16> = 1..=5;
/// How a survey is shown unless the inbox says otherwise.
pub const USUAL_DISPLAY: &str = "emoji";
/// How long a survey can be answered, and an answer be changed.
const OPEN_FOR: TimeDelta = TimeDelta::days(14);

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    rating: i16,
    feedback: Option<String>,
}

impl Answer {
    /// Reads what was submitted: `{"csat_survey_response": {"rating": 5, "feedback_message": "ok"}}`.
    ///
    /// # Errors
    /// [`Error::Refused`] for a rating that is not 1 to 5; [`Error::Invalid`] for too long a feedback.
    pub fn read(submitted: &Value) -> Result<Answer> {
        let answer = submitted.get("csat_survey_response").and_then(Value::as_object);
        let answer = answer.ok_or_else(|| Error::Refused("csat_survey_response is required".into()))?;
        let rating = answer.get("rating").and_then(|rating| rating.as_i64().or_else(|| rating.as_str()?.trim().parse().ok()));
        let rating = rating.and_then(|rating| rating.try_into().ok()).filter(|rating| RATINGS.contains(rating));
        let rating = rating.ok_or_else(|| Error::Refused("rating must be between 1 and 5".into()))?;
        let feedback = answer.get("feedback_message").and_then(Value::as_str);
        within("feedback_message", feedback.unwrap_or_default(), LONGEST_FEEDBACK)?;
        Ok(Answer { rating, feedback: feedback.map(str::to_owned) })
    }

    /// What the message holds of it afterwards: the same as was submitted, without what is no part of an answer.
    pub fn submitted(&self) -> Value {
        json!({"csat_survey_response": {"rating": self.rating, "feedback_message": self.feedback}})
    }
}

/// Whether what was asked then may still be answered.
pub fn is_open(asked_at: NaiveDateTime) -> bool {
    now() - asked_at <= OPEN_FOR
}

/// Refuses answers to what was asked too long ago.
///
/// # Errors
/// [`Error::Refused`].
pub fn check_open(asked_at: NaiveDateTime) -> Result<()> {
    match is_open(asked_at) {
        true => Ok(()),
        false => Err(Error::Refused(format!("You cannot update the CSAT survey after {} days", OPEN_FOR.num_days()))),
    }
}

/// A row of `csat_survey_responses`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = csat_survey_responses)]
pub struct Response {
    /// Its id.
    pub id: SurveyResponseId,
    /// Whose.
    pub account_id: AccountId,
    /// About which conversation.
    pub conversation_id: ConversationId,
    /// Which message asked.
    pub message_id: MessageId,
    /// Who answered.
    pub contact_id: ContactId,
    /// Who was to answer in the conversation when the rating was given.
    pub assigned_agent_id: Option<UserId>,
    /// From 1, the worst, to 5.
    pub rating: i16,
    /// What they wrote about it.
    pub feedback_message: Option<String>,
    /// When it was first given.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
    /// What an administrator has noted about it; contacts are not shown that.
    pub csat_review_notes: Option<String>,
    /// When that was written, or taken away.
    pub review_notes_updated_at: Option<NaiveDateTime>,
    /// By whom, while they are known.
    pub review_notes_updated_by_id: Option<UserId>,
}

audited!(Response = "CsatSurveyResponse": |it| it.id.0, "");

/// What a response is about.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Whose.
    pub account_id: AccountId,
    /// About which conversation.
    pub conversation_id: ConversationId,
    /// Which message asks.
    pub message_id: MessageId,
    /// Whom.
    pub contact_id: ContactId,
    /// Who is to answer in the conversation.
    pub assigned_agent_id: Option<UserId>,
}

// -- queries --

/// The response to a message, if there is one yet.
pub fn of_message(conn: &mut DbConn, message: MessageId) -> Result<Option<Response>> {
    let query = csat_survey_responses::table.filter(csat_survey_responses::message_id.eq(message));
    Ok(query.select(Response::columns()).get_result(conn).optional()?)
}

// -- payload --

/// A response as its row.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SurveyResponseRow")]
pub struct RawResponse<'a> {
    id: SurveyResponseId,
    account_id: AccountId,
    conversation_id: ConversationId,
    message_id: MessageId,
    rating: i16,
    feedback_message: Option<&'a str>,
    contact_id: ContactId,
    assigned_agent_id: Option<UserId>,
    created_at: Iso,
    updated_at: Iso,
}

/// The row as it is.
pub fn raw(response: &Response) -> RawResponse<'_> {
    RawResponse {
        id: response.id,
        account_id: response.account_id,
        conversation_id: response.conversation_id,
        message_id: response.message_id,
        rating: response.rating,
        feedback_message: response.feedback_message.as_deref(),
        contact_id: response.contact_id,
        assigned_agent_id: response.assigned_agent_id,
        created_at: Iso(response.created_at),
        updated_at: Iso(response.updated_at),
    }
}

// -- commands --

/// Notes an answer, in place of an earlier one. Whom a rating is about stays as it was when it was first given: the
/// conversation may have gone to somebody else since. The caller holds the conversation, so that no two first answers meet.
///
/// # Errors
/// The database's.
pub fn record(tx: &mut Tx, question: Question, answer: &Answer) -> Result<Response> {
    let (rating, feedback, now) = (answer.rating, answer.feedback.as_deref(), now());
    match of_message(tx.conn, question.message_id)? {
        Some(known) if known.rating == rating && known.feedback_message.as_deref() == feedback => Ok(known),
        Some(known) => {
            let update = diesel::update(csat_survey_responses::table.find(known.id)).set((
                csat_survey_responses::rating.eq(rating),
                csat_survey_responses::feedback_message.eq(feedback),
                csat_survey_responses::updated_at.eq(now),
            ));
            Ok(update.returning(Response::columns()).get_result(tx.conn)?)
        }
        None => {
            let Question { account_id, conversation_id, message_id, contact_id, assigned_agent_id } = question;
            let insert = diesel::insert_into(csat_survey_responses::table).values((
                (csat_survey_responses::account_id.eq(account_id), csat_survey_responses::conversation_id.eq(conversation_id)),
                (csat_survey_responses::message_id.eq(message_id), csat_survey_responses::contact_id.eq(contact_id)),
                csat_survey_responses::assigned_agent_id.eq(assigned_agent_id),
                (csat_survey_responses::rating.eq(rating), csat_survey_responses::feedback_message.eq(feedback)),
                (csat_survey_responses::created_at.eq(now), csat_survey_responses::updated_at.eq(now)),
            ));
            Ok(insert.returning(Response::columns()).get_result(tx.conn)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submitted(rating: Value, feedback: Value) -> Result<Value> {
        let said = json!({"csat_survey_response": {"rating": rating, "feedback_message": feedback, "admin": true}, "title": "x"});
        Answer::read(&said).map(|answer| answer.submitted())
    }

    #[test]
    fn an_answer_is_a_rating_and_perhaps_a_text() {
        let is = |rating: i16, feedback: Value| json!({"csat_survey_response": {"rating": rating, "feedback_message": feedback}});
        assert_eq!(submitted(json!(5), json!("ok")).unwrap(), is(5, json!("ok")));
        assert_eq!(submitted(json!("1"), Value::Null).unwrap(), is(1, Value::Null));
        let longest = "ก".repeat(LONGEST_FEEDBACK);
        assert!(submitted(json!(3), json!(longest)).is_ok());
        assert!(submitted(json!(3), json!(longest + "ก")).is_err());
    }

    #[test]
    fn other_ratings_are_refused() {
        for rating in [json!(0), json!(6), json!(-1), json!(65_537), json!(4.5), json!("x"), json!(""), json!([5]), Value::Null] {
            assert!(submitted(rating.clone(), Value::Null).is_err(), "{rating}");
        }
        for said in [json!({}), json!([]), json!({"csat_survey_response": 5}), Value::Null] {
            assert!(Answer::read(&said).is_err(), "{said}");
        }
    }

    #[test]
    fn a_survey_closes_after_two_weeks() {
        assert!(is_open(now() - OPEN_FOR + TimeDelta::minutes(1)));
        assert!(check_open(now() - OPEN_FOR - TimeDelta::minutes(1)).is_err());
    }
}
