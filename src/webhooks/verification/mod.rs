//! Checking signatures as a receiver does, and saying which part disagrees: the same for a stored try and for what somebody
//! pastes.
use super::signature::{self, Content, KeyUse};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// How far a timestamp may be from now, in seconds.
pub(super) const TOLERANCE: i64 = 300;

/// How much of a body is shown before the first difference, in characters.
pub(super) const BEFORE: usize = 12;

/// Which of the two signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Chatwoot,
    Standard,
}

impl Scheme {
    pub const ALL: [Scheme; 2] = [Scheme::Standard, Scheme::Chatwoot];

    /// The header of the signature.
    pub fn header(self) -> &'static str {
        match self {
            Scheme::Chatwoot => "X-Chatwoot-Signature",
            Scheme::Standard => "webhook-signature",
        }
    }

    pub fn timestamp_header(self) -> &'static str {
        match self {
            Scheme::Chatwoot => "X-Chatwoot-Timestamp",
            Scheme::Standard => "webhook-timestamp",
        }
    }

    pub fn id_header(self) -> &'static str {
        match self {
            Scheme::Chatwoot => "X-Chatwoot-Delivery",
            Scheme::Standard => "webhook-id",
        }
    }

    fn right(self) -> (KeyUse, Content) {
        match self {
            Scheme::Chatwoot => (KeyUse::Text, Content::TimestampBody),
            Scheme::Standard => (KeyUse::Decoded, Content::IdTimestampBody),
        }
    }

    /// What stands before the digest.
    fn prefix(self) -> &'static str {
        match self {
            Scheme::Chatwoot => "sha256=",
            Scheme::Standard => "v1,",
        }
    }
}

/// What the signature of a stored try is worth today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// Made with the present secret.
    Right,
    /// Made with the secret before it.
    Older,
    /// Made with a secret that nobody knows any more, or for another body.
    Unknown,
    /// Nothing was signed.
    Missing,
}

/// The value of a header.
pub(super) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Whether the signature of a stored try is right with the secrets of today.
pub(super) fn worth(scheme: Scheme, secret: &str, old: Option<&str>, headers: &[(String, String)], body: &[u8]) -> Worth {
    let (Some(given), Some(timestamp)) = (header(headers, scheme.header()), header(headers, scheme.timestamp_header())) else {
        return Worth::Missing;
    };
    let id = header(headers, scheme.id_header()).unwrap_or_default();
    let made_with = |secret: &str| {
        let expected = match scheme {
            Scheme::Chatwoot => signature::chatwoot(secret, timestamp, body),
            Scheme::Standard => signature::standard(secret, id, timestamp, body),
        };
        given.split(' ').any(|one| one == expected)
    };
    match (made_with(secret), old.is_some_and(made_with)) {
        (true, _) => Worth::Right,
        (false, true) => Worth::Older,
        (false, false) => Worth::Unknown,
    }
}

/// The body of a delivery as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub body: String,
}

/// What is checked, and with what.
#[derive(Debug, Clone, Default)]
pub(super) struct Case {
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// What the receiver's own code has computed.
    pub computed: String,
    pub secret: String,
    pub old_secret: Option<String>,
    pub now: i64,
    /// The delivery that the headers name, if this webhook has it.
    pub sent: Option<Sent>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// None of the signature headers are there.
    NoHeaders,
    /// A scheme has some of its headers, but not this one.
    Missing(&'static str),
    /// The timestamp is no number.
    NoNumber(&'static str),
    Fresh,
    /// By so many seconds.
    TooOld(i64),
    InTheFuture(i64),
    IdsDiffer,
    DeliveryKnown,
    DeliveryUnknown,
    BodySame,
    /// The same but for line breaks, which forms and editors change.
    BodyLineBreaks,
    /// The same JSON, written anew.
    BodyRewritten,
    /// From this character on: what was sent, and what is here.
    BodyDiffers(usize, String, String),
    Right(Scheme),
    Older(Scheme),
    /// Right for the body that was sent, not for the one pasted.
    RightForSent(Scheme),
    /// The digest was made, but with this.
    Mistaken(Scheme, Mistake),
    Wrong(Scheme),
    /// What the receiver computed is right for this scheme.
    ComputedRight(Scheme),
    ComputedMistaken(Mistake),
    ComputedWrong,
}

/// How a signature is made that is not quite right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// The secret was used as text, and has to be decoded.
    KeyAsText,
    /// The secret was decoded, and has to be used as text.
    KeyDecoded,
    /// `whsec_` was cut off, and the rest used as text.
    KeyCut,
    BodyOnly,
    NoDots,
    /// The other scheme's text.
    OtherText,
    /// The digest is right, what stands before it is not.
    Form,
    OldSecret,
    /// The line breaks of the body are not those that were sent.
    LineBreaks,
}

/// Looks at everything; the findings in the order in which a receiver would check.
pub(super) fn check(case: &Case) -> Vec<Finding> {
    let mut found = Vec::new();
    let present: Vec<Scheme> = Scheme::ALL.into_iter().filter(|scheme| header(&case.headers, scheme.header()).is_some()).collect();
    if present.is_empty() {
        found.push(Finding::NoHeaders);
    }
    if let (Some(one), Some(other)) = (header(&case.headers, "webhook-id"), header(&case.headers, "x-chatwoot-delivery"))
        && one != other
    {
        found.push(Finding::IdsDiffer);
    }
    for scheme in &present {
        // the Chatwoot scheme does not sign the id
        let wanted = [Some(scheme.timestamp_header()), (*scheme == Scheme::Standard).then_some("webhook-id")];
        let missing = wanted.into_iter().flatten().filter(|name| header(&case.headers, name).is_none());
        found.extend(missing.map(Finding::Missing));
    }
    found.extend(timestamp(case, &present));
    if named(&case.headers).is_some() {
        found.push(if case.sent.is_some() { Finding::DeliveryKnown } else { Finding::DeliveryUnknown });
    }
    found.extend(case.sent.as_ref().map(|sent| compare(&sent.body, &case.body)));
    found.extend(present.iter().filter_map(|scheme| signed(case, *scheme)));
    found.extend(computed(case));
    found
}

/// The delivery that headers name.
pub(super) fn named(headers: &[(String, String)]) -> Option<&str> {
    header(headers, "webhook-id").or(header(headers, "x-chatwoot-delivery"))
}

fn timestamp(case: &Case, present: &[Scheme]) -> Option<Finding> {
    let (name, value) = present.iter().find_map(|scheme| Some((scheme.timestamp_header(), header(&case.headers, scheme.timestamp_header())?)))?;
    let Ok(at) = value.parse::<i64>() else { return Some(Finding::NoNumber(name)) };
    Some(match case.now.saturating_sub(at) {
        age if age > TOLERANCE => Finding::TooOld(age),
        age if age < -TOLERANCE => Finding::InTheFuture(age.saturating_neg()),
        _ => Finding::Fresh,
    })
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end_matches('\n').to_owned()
}

fn compare(sent: &str, pasted: &str) -> Finding {
    if sent == pasted {
        return Finding::BodySame;
    }
    if unix_lines(sent) == unix_lines(pasted) {
        return Finding::BodyLineBreaks;
    }
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    if json(sent).is_some_and(|value| json(pasted).is_some_and(|other| value == other)) {
        return Finding::BodyRewritten;
    }
    let at = sent.chars().zip(pasted.chars()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(BEFORE)).take(40).collect();
    Finding::BodyDiffers(at, around(sent), around(pasted))
}

/// The bytes of a digest, in base64 or hex, whatever stands before it.
fn digest(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let bare = ["sha256=", "v1,", "v1="].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let half = |byte: u8| char::from(byte).to_digit(16).and_then(|half| u8::try_from(half).ok());
    let hex = || bare.as_bytes().chunks(2).map(|pair| Some(half(*pair.first()?)? << 4 | half(*pair.get(1)?)?)).collect::<Option<Vec<u8>>>();
    let found = if bare.len() == 64 { hex() } else { STANDARD.decode(bare).ok() };
    found.filter(|digest| digest.len() == 32)
}

/// What a digest was made of.
struct Made {
    key: KeyUse,
    content: Content,
    old: bool,
    body: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Pasted,
    Lines,
    Sent,
}

/// Tries what people do; what is right comes first.
fn made(case: &Case, scheme: Scheme, digest: &[u8]) -> Option<Made> {
    let names = [scheme, Scheme::Standard, Scheme::Chatwoot].map(Scheme::timestamp_header);
    let timestamp = names.into_iter().find_map(|name| header(&case.headers, name)).unwrap_or_default();
    let id = named(&case.headers).unwrap_or_default();
    let lines = unix_lines(&case.body);
    let mut bodies = vec![(Which::Pasted, case.body.as_str())];
    if lines != case.body {
        bodies.push((Which::Lines, lines.as_str()));
    }
    bodies.extend(case.sent.iter().map(|sent| (Which::Sent, sent.body.as_str())).filter(|(_, sent)| *sent != case.body && *sent != lines));
    let secrets = [Some((false, case.secret.as_str())), case.old_secret.as_deref().map(|secret| (true, secret))];
    for (body, text) in bodies {
        for (old, secret) in secrets.into_iter().flatten() {
            for key in KeyUse::ALL {
                let contents = Content::ALL.into_iter();
                let is_it = |content: &Content| signature::digest(secret, key, *content, id, timestamp, text.as_bytes()).as_deref() == Some(digest);
                if let Some(content) = contents.into_iter().find(is_it) {
                    return Some(Made { key, content, old, body });
                }
            }
        }
    }
    None
}

impl Made {
    fn is_for(&self, scheme: Scheme) -> bool {
        (self.key, self.content) == scheme.right()
    }

    fn mistake(&self, scheme: Scheme) -> Option<Mistake> {
        let (key, content) = scheme.right();
        match (self.content, self.key) {
            (Content::Body, _) => Some(Mistake::BodyOnly),
            (Content::NoDots, _) => Some(Mistake::NoDots),
            (other, _) if other != content => Some(Mistake::OtherText),
            (_, KeyUse::Cut) => Some(Mistake::KeyCut),
            (_, KeyUse::Text) if key == KeyUse::Decoded => Some(Mistake::KeyAsText),
            (_, KeyUse::Decoded) if key == KeyUse::Text => Some(Mistake::KeyDecoded),
            _ if self.body == Which::Lines => Some(Mistake::LineBreaks),
            _ if self.old => Some(Mistake::OldSecret),
            _ => None,
        }
    }
}

fn signed(case: &Case, scheme: Scheme) -> Option<Finding> {
    let given = header(&case.headers, scheme.header())?;
    header(&case.headers, scheme.timestamp_header())?;
    let mut worst = Finding::Wrong(scheme);
    // during a change of the secret there are two, and one right one is enough
    for one in given.split_whitespace().take(4) {
        let Some(digest) = digest(one) else { continue };
        let Some(made) = made(case, scheme, &digest) else { continue };
        let finding = match made.mistake(scheme) {
            None if !one.starts_with(scheme.prefix()) => Finding::Mistaken(scheme, Mistake::Form),
            None if made.body == Which::Sent => Finding::RightForSent(scheme),
            // the browser has changed the line breaks on their way here, not the receiver
            None | Some(Mistake::LineBreaks) if !made.old => return Some(Finding::Right(scheme)),
            None | Some(Mistake::OldSecret | Mistake::LineBreaks) => Finding::Older(scheme),
            Some(mistake) => Finding::Mistaken(scheme, mistake),
        };
        worst = finding;
    }
    Some(worst)
}

fn computed(case: &Case) -> Option<Finding> {
    let given = case.computed.trim();
    if given.is_empty() {
        return None;
    }
    let Some(digest) = digest(given) else { return Some(Finding::ComputedWrong) };
    let Some(made) = made(case, Scheme::Standard, &digest) else { return Some(Finding::ComputedWrong) };
    if let Some(scheme) = Scheme::ALL.into_iter().find(|scheme| made.is_for(*scheme) && !made.old) {
        let is_formed = given.starts_with(scheme.prefix());
        return Some(if is_formed { Finding::ComputedRight(scheme) } else { Finding::ComputedMistaken(Mistake::Form) });
    }
    // which one was meant shows in the text that was signed, or else in the form of the digest
    let meant = match made.content {
        Content::TimestampBody => Scheme::Chatwoot,
        Content::IdTimestampBody => Scheme::Standard,
        Content::Body | Content::NoDots if given.len() > 60 => Scheme::Chatwoot,
        Content::Body | Content::NoDots => Scheme::Standard,
    };
    Some(made.mistake(meant).map_or(Finding::ComputedWrong, Finding::ComputedMistaken))
}

/// Headers as people copy them: lines of a log or of a terminal, a dump of a hash, the names that CGI gives them.
pub(super) fn read_headers(text: &str) -> Vec<(String, String)> {
    let bare = |text: &str| text.trim().trim_end_matches(',').trim_matches(['"', '\'', '[', ']']).to_owned();
    let line = |line: &str| {
        let line = line.trim().trim_start_matches(['<', '>', '-', '*', ' ']);
        let (name, value) = line.split_once("=>").or_else(|| line.split_once(':')).or_else(|| line.split_once('='))?;
        let name = bare(name).replace('_', "-");
        let name = name.strip_prefix("HTTP-").unwrap_or(&name).to_owned();
        Some((name, bare(value)))
    };
    text.lines().filter_map(line).take(100).collect()
}

#[cfg(test)]
mod tests;
