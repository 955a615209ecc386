//! The command line: the words, their flags, and a flag for every setting of `config`.
mod words;

use crate::config::{self, Setting};
use clap::ArgMatches;
use std::{ffi::OsString, fmt, io, path::PathBuf};
use words::words;

/// What the command line asks for. Not `Debug`, since a flag may hold a password.
pub struct Cli {
    /// What to do.
    pub command: Command,
    /// The file of `--config`.
    pub config_file: Option<PathBuf>,
    /// The settings given as flags, as yet unchecked, for `config::Sources`.
    pub flags: Vec<(&'static Setting, String)>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Run the server; also if no word is given.
    Serve,
    /// Create the first account and its administrator.
    Setup(Setup),
    /// Print a link with which the user of this address sets a password.
    PasswordLink(String),
    /// End the second factor of the user of this address.
    SecondFactorOff(String),
    /// Make, list or delete programs of the operator's.
    PlatformApp(PlatformApp),
    /// Run the server with sample data.
    Demo,
    /// Fill an account with conversations to try things on.
    Seed(Seed),
    /// Print the deliveries of a running server as they happen.
    Tail(Tail),
    /// Bring the database to the newest schema.
    Migrate,
    /// Print every setting, its value and its source.
    Config,
}

/// What is done with platform apps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlatformApp {
    /// Make one of this name, and print its token.
    Create(String),
    /// Print which there are.
    List,
    /// Delete the one of this id.
    Delete(i64),
}

/// What a seeded account is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// How many conversations.
    pub conversations: u64,
    /// How many messages in all of them together.
    pub messages: u64,
    /// How many inboxes more; at least one.
    pub inboxes: u64,
    /// How many agents more.
    pub agents: u64,
    /// The account to fill; without it, a new one.
    pub account: Option<i64>,
    /// The address of a new account's administrator.
    pub email: String,
    /// The same number gives the same texts again.
    pub seed: u64,
}

/// Whose deliveries are printed. Shown with `{:?}`, the token is masked.
#[derive(PartialEq, Eq)]
pub struct Tail {
    /// Only this webhook's.
    pub webhook: Option<i64>,
    /// The account; without it, the first one of whoever the token belongs to.
    pub account: Option<i64>,
    /// Where the server is; without it, its public URL.
    pub url: Option<String>,
    /// An administrator's access token.
    pub token: Option<String>,
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { webhook, account, url, token } = self;
        let token = token.as_ref().map(|_| "***");
        f.debug_struct("Tail").field("webhook", webhook).field("account", account).field("url", url).field("token", &token).finish()
    }
}

/// The first account and its administrator. No field is empty. Shown with `{:?}`, the password is masked.
#[derive(PartialEq, Eq)]
pub struct Setup {
    /// The administrator's address, unchecked.
    pub email: String,
    /// The password in clear text, or `-`; see [`Setup::read_password`].
    pub password: String,
    /// The administrator's name.
    pub name: String,
    /// The account's name.
    pub account: String,
}

impl Setup {
    /// The password; if it was given as `-`, the first line of `input` (standard input) without its line end. The error is a sentence, for an
    /// input that cannot be read or has no first line.
    pub fn read_password(&self, mut input: impl io::BufRead) -> Result<String, String> {
        if self.password != "-" {
            return Ok(self.password.clone());
        }
        let mut line = String::new();
        input.read_line(&mut line).map_err(|error| format!("The password cannot be read from standard input: {error}."))?;
        match line.trim_end_matches(['\r', '\n']) {
            "" => Err("Standard input has no password on its first line.".to_owned()),
            password => Ok(password.to_owned()),
        }
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, password: _, name, account } = self;
        f.debug_struct("Setup").field("email", email).field("password", &"***").field("name", name).field("account", account).finish()
    }
}

/// Reads the command line, whose first argument is the program. The error is clap's: it is also the text of `--help` and `--version`, and its
/// `exit()` prints to the right stream and ends with the right code.
pub fn parse(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Cli, clap::Error> {
    let matches = words().try_get_matches_from(args)?;
    let command = match matches.subcommand() {
        Some(("setup", setup)) => Command::Setup(Setup {
            email: text(setup, "email"),
            password: text(setup, "password"),
            name: text(setup, "name"),
            account: text(setup, "account"),
        }),
        Some(("password-link", link)) => Command::PasswordLink(text(link, "address")),
        Some(("second-factor-off", whose)) => Command::SecondFactorOff(text(whose, "address")),
        Some(("platform-app", app)) => Command::PlatformApp(match app.subcommand() {
            Some(("create", create)) => PlatformApp::Create(text(create, "name")),
            Some(("delete", delete)) => PlatformApp::Delete(delete.get_one("id").copied().unwrap_or_default()),
            _ => PlatformApp::List,
        }),
        Some(("demo", _)) => Command::Demo,
        Some(("seed", seed)) => Command::Seed(Seed {
            conversations: count(seed, "conversations"),
            messages: count(seed, "messages"),
            inboxes: count(seed, "inboxes"),
            agents: count(seed, "agents"),
            account: seed.get_one("account").copied(),
            email: text(seed, "email"),
            seed: count(seed, "seed"),
        }),
        Some(("tail", tail)) => Command::Tail(Tail {
            webhook: tail.get_one("webhook").copied(),
            account: tail.get_one("account").copied(),
            url: tail.get_one("url").cloned(),
            token: tail.get_one("token").cloned(),
        }),
        Some(("migrate", _)) => Command::Migrate,
        Some(("config", _)) => Command::Config,
        _ => Command::Serve,
    };
    // A global flag is found here wherever it was given.
    let flags = config::all().iter().filter_map(|setting| Some((*setting, matches.get_one::<String>(setting.name)?.clone()))).collect();
    Ok(Cli { command, config_file: matches.get_one::<PathBuf>("config").cloned(), flags })
}

/// A required argument, so it is there.
fn text(matches: &ArgMatches, id: &str) -> String {
    matches.get_one::<String>(id).cloned().unwrap_or_default()
}

/// A number with a default, so it is there.
fn count(matches: &ArgMatches, id: &str) -> u64 {
    matches.get_one(id).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;

    fn parsed(line: &str) -> Result<Cli, clap::Error> {
        parse(line.split(' '))
    }

    /// What is printed instead of running: a help, a version or an error.
    fn printed(line: &str) -> (Option<ErrorKind>, String) {
        parsed(line).err().map(|error| (Some(error.kind()), error.to_string())).unwrap_or_default()
    }

    #[test]
    fn the_words_are_well_formed() {
        words().debug_assert();
    }

    #[test]
    fn each_word_is_a_command_and_none_serves() -> Result<(), clap::Error> {
        for (line, command) in [
            ("hookdesk", Command::Serve),
            ("hookdesk serve", Command::Serve),
            ("hookdesk demo", Command::Demo),
            ("hookdesk password-link a@b.example", Command::PasswordLink("a@b.example".into())),
            ("hookdesk second-factor-off a@b.example", Command::SecondFactorOff("a@b.example".into())),
            ("hookdesk platform-app create Shop", Command::PlatformApp(PlatformApp::Create("Shop".into()))),
            ("hookdesk platform-app list", Command::PlatformApp(PlatformApp::List)),
            ("hookdesk platform-app delete 3", Command::PlatformApp(PlatformApp::Delete(3))),
            ("hookdesk migrate", Command::Migrate),
            ("hookdesk config", Command::Config),
        ] {
            let cli = parsed(line)?;
            assert_eq!(cli.command, command);
            assert!(cli.flags.is_empty() && cli.config_file.is_none(), "{line}");
        }
        let tail = Tail { webhook: Some(3), account: None, url: None, token: Some("hush".into()) };
        assert!(!format!("{tail:?}").contains("hush"));
        assert_eq!(parsed("hookdesk tail --webhook 3 --token hush")?.command, Command::Tail(tail));
        assert_eq!(printed("hookdesk tail --webhook 0").0, Some(ErrorKind::ValueValidation));
        assert_eq!(printed("hookdesk serv").0, Some(ErrorKind::InvalidSubcommand));
        Ok(())
    }

    #[test]
    fn settings_are_flags_before_and_after_every_word() -> Result<(), clap::Error> {
        for line in [
            "hookdesk --listen a:1 --config x.toml",
            "hookdesk serve --listen a:1 --config x.toml",
            "hookdesk --listen=a:1 --config=x.toml serve",
            "hookdesk --config=x.toml config --listen=a:1",
            "hookdesk migrate --listen a:1 --config x.toml",
        ] {
            let cli = parsed(line)?;
            let flags: Vec<_> = cli.flags.iter().map(|(setting, value)| (setting.name, value.as_str())).collect();
            assert_eq!(flags, [("HOOKDESK_LISTEN", "a:1")], "{line}");
            assert_eq!(cli.config_file, Some(PathBuf::from("x.toml")), "{line}");
        }
        let cli = parsed("hookdesk demo --webhook-retry-schedule= --pool-size 3")?;
        assert_eq!(cli.flags.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["", "3"]);
        Ok(())
    }

    #[test]
    fn an_unknown_flag_is_refused_with_the_nearest_one() {
        let (kind, text) = printed("hookdesk serve --listn a:1");
        assert_eq!(kind, Some(ErrorKind::UnknownArgument));
        assert!(text.contains("'--listn'") && text.contains("'--listen'"), "{text}");
    }

    #[test]
    fn setup_needs_all_four_and_hides_the_password() -> Result<(), String> {
        let line = "hookdesk setup --email a@b.c --name Ann --account Acme --password";
        let setup = |password: &str| match parsed(&format!("{line} {password}")).map(|cli| cli.command) {
            Ok(Command::Setup(setup)) => Ok(setup),
            other => Err(format!("{other:?}")),
        };
        let given = setup("s3cret")?;
        assert_eq!((given.email.as_str(), given.name.as_str(), given.account.as_str()), ("a@b.c", "Ann", "Acme"));
        assert_eq!(given.read_password(&b"other\n"[..]), Ok("s3cret".to_owned()));
        assert!(!format!("{given:?}").contains("s3cret"));
        let asked = setup("-")?;
        assert_eq!(asked.read_password(&b" from stdin \r\nmore"[..]), Ok(" from stdin ".to_owned()));
        assert!(asked.read_password(&b"\n"[..]).is_err() && asked.read_password(&b""[..]).is_err());
        let (kind, text) = printed("hookdesk setup --email a@b.c");
        assert_eq!(kind, Some(ErrorKind::MissingRequiredArgument));
        assert!(["--password", "--name", "--account"].iter().all(|flag| text.contains(flag)), "{text}");
        assert_eq!(printed("hookdesk setup --email= --name n --account a --password p").0, Some(ErrorKind::InvalidValue));
        Ok(())
    }

    #[test]
    fn a_seed_needs_nothing_and_has_bounds() -> Result<(), clap::Error> {
        let seed = Seed { conversations: 1000, messages: 50, inboxes: 10, agents: 10, account: Some(3), email: "seed@example.com".into(), seed: 1 };
        assert_eq!(parsed("hookdesk seed --messages 50 --account 3")?.command, Command::Seed(seed));
        for line in ["hookdesk seed --conversations 0", "hookdesk seed --inboxes 1001", "hookdesk seed --account 0"] {
            assert_eq!(printed(line).0, Some(ErrorKind::ValueValidation), "{line}");
        }
        Ok(())
    }

    #[test]
    fn help_and_version_are_everywhere() {
        for word in ["", " serve", " setup", " password-link", " second-factor-off", " demo", " seed", " tail", " migrate", " config"] {
            let (kind, help) = printed(&format!("hookdesk{word} --help"));
            assert_eq!(kind, Some(ErrorKind::DisplayHelp));
            assert!(help.contains("defaults < hookdesk.toml") && help.contains("--config <FILE>"), "{help}");
            assert_eq!(help.contains("--webhook-timeout <VALUE>"), word == " serve", "{help}");
            let version = format!("hookdesk {}\n", env!("CARGO_PKG_VERSION"));
            assert_eq!(printed(&format!("hookdesk{word} --version")), (Some(ErrorKind::DisplayVersion), version));
        }
        let (_, help) = printed("hookdesk serve --help");
        for setting in config::all() {
            assert!(help.contains(&format!("--{} <VALUE>", setting.flag())) && help.contains(setting.doc), "{}", setting.name);
            assert!(help.contains(&format!("[default: {}]", setting.default_shown())), "{}", setting.name);
        }
        assert!(
            ["serve", "setup", "password-link", "second-factor-off", "demo", "seed", "tail", "migrate", "config"].iter().all(|word| printed(
                "hookdesk --help"
            )
            .1
            .contains(&format!("\n  {word} ")))
        );
    }
}
