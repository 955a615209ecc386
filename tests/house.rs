//! The rules of the house, checked by reading the source. ARCHITECTURE.md says what they are for; a failure names `file:line` and what to mend.
//!
//! They use nothing but std: `tests/run` compiles this file by itself, so that a broken rule shows before anything else has been built.

#[path = "house/knowing.rs"]
mod knowing;
#[path = "house/shape.rs"]
mod shape;
#[path = "house/source.rs"]
mod source;
#[path = "house/words.rs"]
mod words;

/// Each step may know the steps before it, and itself. Modules on one step do not know each other.
const STAIRS: &[&[&str]] = &[
    &["error"],
    &["checks", "locks"],
    &["random", "rounds"],
    &["metrics"],
    &["config"],
    &["cli"],
    &["outbound"],
    &["storage"],
    &["db"],
    &["jobs"],
    &["events"],
    &["web"],
    &["mail"],
    &["audit"],
    &["accounts"],
    &["files"],
    &["users"],
    &["mfa"],
    &["auth"],
    &["profile", "agents", "settings", "bots", "service_keys", "labels", "teams", "canned_responses", "custom_attributes", "dashboard_apps"],
    &["filters"],
    &["notifications"],
    &["inboxes"],
    &["contacts"],
    &["surveys", "reporting", "help_centre", "contact_jobs"],
    &["conversations"],
    &["campaigns"],
    &["webhooks", "live", "widget", "public_api", "platform_api", "reports", "custom_filters"],
    &["test_receivers", "integrations"],
    &["actions"],
    &["automation_rules", "macros"],
    &["operations"],
    &["description"],
    &["app"],
    &["demo", "seed", "setup", "tail"],
];

/// The files of a room; each names only those on lower rungs.
const LADDER: &[&[&str]] = &[&["model"], &["queries"], &["payload"], &["commands"], &["api", "pages"]];

/// The ground floor writes its own tables; everyone else has commands for it.
const WRITES_ANYWHERE: &[&str] = &["jobs", "events", "db"];

/// Doors that the description of the API leaves out, and why. All others list their routes so that these describe themselves.
const NOT_DESCRIBED: &[(&str, &str)] = &[
    ("src/files/api.rs", "files are links that payloads hold, and no operations"),
    ("src/live/api.rs", "sockets speak ActionCable, which is no operation over HTTP"),
    ("src/operations/api.rs", "for monitors, in their own format, and only where a token is set"),
];

/// What a server that stays up does not say.
const FORBIDDEN: &[&str] = &[".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!("];

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

/// Fails with the list of what is to be mended, each thing once.
fn assert_none(broken: impl IntoIterator<Item = String>) {
    let mut lines: Vec<String> = Vec::new();
    for line in broken {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    assert!(lines.is_empty(), "\n\n{}\n", lines.join("\n"));
}
