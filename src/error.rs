//! Errors by meaning. Rooms say what went wrong; how it looks on the wire is decided here (the catalogue is that of the
//! Chatwoot API: an array under `errors`, a text under `error`, or `message` with `attributes`).
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use serde_json::{Value, json};
use std::fmt;

/// What can go wrong with a request.
#[derive(Debug, Clone)]
pub enum Error {
    /// Nobody is signed in, or the session is not valid: 401 with `errors`.
    SignIn(String),
    /// Somebody is known, but may not do this: 401 with `error`.
    Unauthorized(String),
    /// No such record among those that the caller may see: 404.
    NotFound,
    /// The request cannot be read at all (syntax, encoding): 400.
    BadRequest(String),
    /// A rule of the model is broken: 422 with `message` and the names of the attributes.
    Invalid { message: String, attributes: Vec<&'static str>, rule: Rule },
    /// The request is understood and refused for another reason: 422 with `error`.
    Refused(String),
    /// The account has as many as it may: 402 with `error`.
    OverLimit(String),
    /// The state of the thing forbids it: 403.
    Forbidden(String),
    /// The body is over the limit: 413.
    TooLarge,
    /// Asked too often: 429 with the seconds to wait, as plain text.
    TooMany(u64),
    /// More work is waiting than the configured depth: 503, come back soon.
    Overloaded,
    /// The disk takes nothing more, because it is full or fails; nothing was stored: 507.
    DiskFull,
    /// The storage of files does not answer, or not as it should: 503, come back soon.
    StorageDown,
    /// Our fault; the text goes to the log, never to the client: 500.
    Internal(String),
}

/// Which kind of rule is broken, so that a page can say it in its own language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Something must be there.
    Blank,
    /// Something else has it already.
    Taken,
    /// It has more characters than this.
    TooLong(usize),
    /// What the message says.
    Other,
}

/// A result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps an unexpected failure.
    pub fn internal(e: impl fmt::Display) -> Self {
        Error::Internal(e.to_string())
    }

    /// A broken rule about one attribute.
    pub fn invalid(attribute: &'static str, message: impl Into<String>) -> Self {
        Error::about(vec![attribute], message.into(), Rule::Other)
    }

    /// An attribute that must be there is not.
    pub fn blank(attribute: &'static str) -> Self {
        Error::about(vec![attribute], format!("{} can't be blank", label(attribute)), Rule::Blank)
    }

    /// Attributes whose values something else has already.
    pub fn taken(attributes: Vec<&'static str>) -> Self {
        let message = attributes.iter().map(|attribute| format!("{} has already been taken", label(attribute))).collect::<Vec<_>>().join(", ");
        Error::about(attributes, message, Rule::Taken)
    }

    /// What came of storing a row: that another one has the same already is said of this attribute.
    pub fn or_taken(error: diesel::result::Error, attribute: &'static str) -> Self {
        match error {
            diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _) => Error::taken(vec![attribute]),
            error => error.into(),
        }
    }

    /// An attribute has more characters than `most`.
    pub fn too_long(attribute: &'static str, most: usize) -> Self {
        Error::about(vec![attribute], format!("{} is too long (maximum is {most} characters)", label(attribute)), Rule::TooLong(most))
    }

    fn about(attributes: Vec<&'static str>, message: String, rule: Rule) -> Self {
        Error::Invalid { message, attributes, rule }
    }

    /// The role is not sufficient, or the thing belongs to others.
    pub fn not_allowed() -> Self {
        Error::Unauthorized("You are not authorized to do this action".into())
    }

    /// Nobody is signed in.
    pub fn sign_in() -> Self {
        Error::SignIn("You need to sign in or sign up before continuing.".into())
    }

    /// The status that the error is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Error::SignIn(_) | Error::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::BadRequest(_) => StatusCode::BAD_REQUEST,
            Error::Invalid { .. } | Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::OverLimit(_) => StatusCode::PAYMENT_REQUIRED,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Overloaded | Error::StorageDown => StatusCode::SERVICE_UNAVAILABLE,
            Error::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> Value {
        match self {
            Error::SignIn(text) => json!({"errors": [text]}),
            Error::Invalid { message, attributes, .. } => json!({"message": message, "attributes": attributes}),
            Error::Internal(_) => json!({"status": 500, "error": "Internal Server Error"}),
            other => json!({"error": other.to_string()}),
        }
    }
}

/// An attribute's name as a sentence begins with it: `phone_number` is `Phone number`.
fn label(attribute: &str) -> String {
    let mut label = attribute.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::SignIn(text)
            | Error::Unauthorized(text)
            | Error::BadRequest(text)
            | Error::Refused(text)
            | Error::Forbidden(text)
            | Error::OverLimit(text) => f.write_str(text),
            Error::Invalid { message, .. } => f.write_str(message),
            Error::NotFound => f.write_str("Resource could not be found"),
            Error::TooLarge => f.write_str("The request is larger than this server accepts"),
            Error::TooMany(seconds) => write!(f, "Too many requests, try again in {seconds} s"),
            Error::Overloaded => f.write_str("The server has more to do than it can queue, try again in a moment"),
            Error::DiskFull => f.write_str("The disk of the server is full or fails, nothing was stored"),
            Error::StorageDown => f.write_str("The storage of files does not answer, try again in a moment"),
            Error::Internal(text) => f.write_str(text),
        }
    }
}

/// What a database says when the disk takes nothing more: SQLite in so many words, PostgreSQL at the end of its sentence. (Diesel hands on
/// neither's code. A quota is an I/O error to SQLite.)
const DISK_FULL: [&str; 4] = ["database or disk is full", "disk I/O error", "No space left on device", "Disk quota exceeded"];

fn is_full(e: &Diesel) -> bool {
    match e {
        Diesel::DatabaseError(DatabaseErrorKind::Unknown, info) => DISK_FULL.iter().any(|words| info.message().ends_with(words)),
        Diesel::RollbackErrorOnCommit { commit_error, .. } => is_full(commit_error),
        _ => false,
    }
}

impl std::error::Error for Error {}

impl From<Diesel> for Error {
    fn from(e: Diesel) -> Self {
        match e {
            Diesel::NotFound => Error::NotFound,
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::taken(vec!["base"]),
            Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Error::NotFound,
            // a conflict or a lost connection: nothing was stored, and a second try will do
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ClosedConnection, info) => {
                tracing::warn!(error = info.message(), "database");
                Error::Overloaded
            }
            // diesel has no kind for it, and PostgreSQL says it in words (in English unless it was told otherwise)
            Diesel::DatabaseError(DatabaseErrorKind::Unknown, info) if info.message() == "deadlock detected" => {
                tracing::warn!(error = info.message(), "database");
                Error::Overloaded
            }
            e if is_full(&e) => Error::DiskFull,
            e => Error::internal(e),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        match self {
            Error::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string())).content_type("text/plain").body(self.to_string())
            }
            Error::Overloaded | Error::StorageDown => response.insert_header((header::RETRY_AFTER, "1")).json(self.body()),
            _ => response.json(self.body()),
        }
    }
}
