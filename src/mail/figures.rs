//! How mail is doing, in numbers.
use super::model::MailState;
use crate::metrics::{Counter, Kind, Text};

/// The tries of this process, by what became of the mail.
#[derive(Debug, Default)]
pub(super) struct Figures([Counter; MailState::ALL.len()]);

impl Figures {
    /// Notes a try after which a mail stands so.
    pub fn note(&self, state: MailState) {
        let counted = MailState::ALL.iter().zip(&self.0).find(|(known, _)| **known == state);
        counted.into_iter().for_each(|(_, counter)| counter.add(1));
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        let help = "Tries to send an e-mail, by outcome: sent, waiting for another try, or given up.";
        let mut family = text.family("hookdesk_mail_attempts_total", Kind::Counter, help);
        for (state, counter) in MailState::ALL.iter().zip(&self.0) {
            family.sample(&[("outcome", state.name())], counter.value());
        }
    }
}
