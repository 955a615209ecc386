//! What a refused form needs to be drawn again: the errors beside their fields, and lists to choose from.

use super::i18n::{Arg, Language};
use crate::{
    error::{Error, Rule},
    outbound::{Refusal, SETTING},
};

/// The errors of one form, in the language of the page.
#[derive(Clone, Debug, Default)]
pub struct FormErrors {
    language: Language,
    errors: Vec<FieldError>,
}

/// One error: the field it belongs to and what is wrong, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The form field, without `[]`; empty when the error belongs to the form as a whole.
    pub field: String,
    /// The sentence to show.
    pub text: String,
}

impl FormErrors {
    /// No errors yet.
    pub fn new(language: Language) -> FormErrors {
        FormErrors { language, errors: Vec::new() }
    }

    /// Adds a message of the catalogue to a field.
    pub fn add(&mut self, field: &str, key: &str) {
        self.add_with(field, key, &[]);
    }

    /// Adds a message of the catalogue that takes arguments.
    pub fn add_with(&mut self, field: &str, key: &str, args: &[(&str, Arg<'_>)]) {
        self.add_text(field, self.language.ta(key, args));
    }

    /// Adds a sentence that is already written.
    pub fn add_text(&mut self, field: &str, text: String) {
        self.errors.push(FieldError { field: field.trim_end_matches("[]").to_owned(), text });
    }

    /// Takes up what a command has refused, in the language of the page; an error of another kind is given back.
    ///
    /// # Errors
    /// Those that are not about what was entered.
    pub fn refuse(mut self, error: Error) -> Result<FormErrors, Error> {
        match error {
            Error::Invalid { message, attributes, rule } => {
                for attribute in attributes {
                    match (rule, attribute) {
                        (Rule::Blank, field) => self.add(field, "error-blank"),
                        (Rule::Taken, "email") => self.add("email", "error-email-taken"),
                        (Rule::Taken, "url") => self.add("url", "error-url-taken"),
                        (Rule::Taken, "user_id") => self.add("email", "error-already-member"),
                        (Rule::Taken, field) => self.add(field, "error-taken"),
                        (Rule::TooLong(most), field) => self.add_with(field, "error-too-long", &[("count", (most as i64).into())]),
                        (Rule::Other, "email") => self.add("email", "error-invalid-email"),
                        (Rule::Other, "password_confirmation") => self.add("password_confirmation", "error-password-again"),
                        (Rule::Other, "timeout") => self.add("timeout", "error-duration"),
                        (Rule::Other, "retry_schedule") => self.add("retry_schedule", "error-schedule"),
                        (Rule::Other, field @ ("max_in_flight" | "rate_limit")) => self.add(field, "error-number"),
                        (Rule::Other, "title") => self.add("title", "error-label-title"),
                        (Rule::Other, "color") => self.add("color", "error-color"),
                        (Rule::Other, "seconds") => self.add("seconds", "error-seconds"),
                        (Rule::Other, "headers") => self.add("headers", "error-headers"),
                        (Rule::Other, "attribute_key") => self.add("attribute_key", "error-attribute-key"),
                        (Rule::Other, "attribute_values") => self.add("attribute_values", "error-attribute-values"),
                        (Rule::Other, "regex_pattern") => self.add("regex_pattern", "error-regex"),
                        (Rule::Other, "auto_resolve_after") => self.add("auto_resolve_after", "error-auto-resolve-after"),
                        (Rule::Other, "support_email") => self.add("support_email", "error-invalid-email"),
                        (Rule::Other, "agent_reply_time_window") => self.add("agent_reply_time_window", "error-reply-window"),
                        (Rule::Other, "portal_id") => self.add("portal_id", "error-inbox-help-centre"),
                        (Rule::Other, "avatar") => self.add("avatar", "error-avatar"),
                        (Rule::Other, "password") => self.add("password", "error-weak-password"),
                        (Rule::Other, field) => self.add_text(field, message.clone()),
                    }
                }
                Ok(self)
            }
            other => Err(other),
        }
    }

    /// The same in words of the page's own: `most` is the message for too many, with the number that there may be, and `own` says beside which field
    /// what is wrong where a rule is none that many things share.
    ///
    /// # Errors
    /// As [`FormErrors::refuse`].
    pub fn refuse_with(mut self, error: Error, most: (&str, i64), own: impl Fn(&mut FormErrors, &'static str)) -> Result<FormErrors, Error> {
        match error {
            Error::Refused(_) => self.add_with("", most.0, &[("count", most.1.into())]),
            Error::Invalid { attributes, rule: Rule::Other, .. } => {
                for attribute in attributes {
                    own(&mut self, attribute);
                }
            }
            error => return self.refuse(error),
        }
        Ok(self)
    }

    /// Says why a URL cannot be called.
    pub fn refuse_url(&mut self, field: &str, refusal: &Refusal) {
        match refusal {
            Refusal::Url(_) => self.add(field, "error-invalid-url"),
            Refusal::Address { host, address } => {
                let address = address.to_string();
                let key = if *host == address { "error-blocked-address-itself" } else { "error-blocked-address" };
                self.add_with(field, key, &[("host", host.as_str().into()), ("address", address.as_str().into()), ("setting", SETTING.into())]);
            }
        }
    }

    /// The errors of one field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.errors.iter().filter(move |error| error.field == field)
    }

    /// Whether a field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }

    /// Every error, in the order in which they were found.
    pub fn summary(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether the form was accepted.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }
}

/// One entry of a `<select>`, a radio group or a list of checkboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

impl Choice {
    /// An entry that is chosen when its value equals `current`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, current: &str) -> Choice {
        let value = value.into();
        let selected = value == current;
        Choice { value, label: label.into(), selected }
    }

    /// The languages, with the current one chosen.
    pub fn languages(current: &str) -> Vec<Choice> {
        Language::ALL.into_iter().map(|language| Choice::new(language.code(), language.name(), current)).collect()
    }
}

/// Entries of a `<select>` under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub label: String,
    /// The entries.
    pub options: Vec<Choice>,
}

impl Group {
    /// Each entry with its heading: that is all that is seen of the chosen one.
    pub fn of_named(label: String, options: Vec<Choice>) -> Group {
        let named = |choice: Choice| Choice { label: format!("{label}: {}", choice.label), ..choice };
        Group { options: options.into_iter().map(named).collect(), label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stand_beside_their_fields() {
        let mut errors = FormErrors::new(Language::English);
        assert!(errors.is_empty());
        errors.add("subscriptions[]", "error-no-event");
        errors.add_with("name", "error-too-long", &[("count", 255.into())]);
        assert!(errors.has("subscriptions"));
        assert!(!errors.has("url"));
        assert_eq!(errors.of("name").map(|error| error.text.as_str()).collect::<Vec<_>>(), ["Please use at most 255 characters"]);
        assert_eq!(errors.summary().len(), 2);
    }

    #[test]
    fn the_current_choice_is_selected() {
        let languages = Choice::languages("th");
        assert_eq!(languages.iter().map(|choice| choice.selected).collect::<Vec<_>>(), [false, true]);
    }
}
