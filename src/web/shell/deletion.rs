//! The question before something is deleted.
use super::Shell;
use askama::Template;

/// Asks whether something is really to be deleted; drawn by [`crate::web::html`].
#[derive(Template)]
#[template(path = "confirm_deletion.html")]
pub struct ConfirmDeletion {
    /// The page around it.
    pub page: Shell,
    /// What the way back is called.
    pub back: String,
    /// The question, which names the thing.
    pub question: String,
    /// What goes with it.
    pub text: String,
    /// Where yes leads, by POST.
    pub action: String,
    /// Where no and the way back lead.
    pub cancel_url: String,
}
