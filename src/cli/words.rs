//! The words of the command line, with their flags and their help.
use crate::config;
use clap::{Arg, Command as Word, builder::NonEmptyStringValueParser, value_parser};
use std::path::PathBuf;

const LAYERS: &str = "Settings come from these layers, where each overrides those before it:
  defaults < hookdesk.toml < environment < flags
The file is hookdesk.toml in the working directory, or the one given with --config or HOOKDESK_CONFIG.
A setting such as --webhook-timeout is HOOKDESK_WEBHOOK_TIMEOUT in the environment and webhook_timeout in the file.";

/// All words, and what stands before and after them.
pub(super) fn words() -> Word {
    let serve = word("serve", "Run the server; this is also what happens without a command", "")
        .after_help(LAYERS)
        .args(settings().map(|flag| flag.help_heading("Settings")));
    let setup = word("setup", "Create the first account and its administrator", "").args([
        required("email", "ADDRESS", "Email address with which the administrator signs in"),
        required("password", "PASSWORD", "The administrator's password, or - to read it from standard input, where no list of processes shows it"),
        required("name", "NAME", "The administrator's name, which customers see"),
        required("account", "NAME", "Name of the account, such as that of the company"),
    ]);
    let of_user = |name, about, more| {
        let address = Arg::new("address").value_name("ADDRESS").required(true).value_parser(NonEmptyStringValueParser::new());
        word(name, about, more).arg(address.help("Email address of the user"))
    };
    let password_link =
        of_user("password-link", "Print a link with which somebody sets a password", " It works once, for some hours; hand it to nobody else.");
    let (about, more) =
        ("Switch off the two-factor authentication of somebody", " For whoever has lost their app and their backup codes; the password stays.");
    let second_factor_off = of_user("second-factor-off", about, more);
    let demo = word("demo", "Run the server with sample data", " For looking around, not for work.");
    let migrate = word("migrate", "Bring the database to the schema of this version", " `serve` does so too when it starts.");
    let config = word("config", "Print every setting with its value, its source and its meaning", " Passwords are masked.");
    let elsewhere = format!("{LAYERS}\nEvery setting has a flag, which may follow any command; `hookdesk serve --help` lists them.");
    Word::new("hookdesk")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .about("A helpdesk server with webhooks: signed deliveries, nothing lost. Without a command it serves.")
        .after_help(elsewhere.clone())
        .arg(file())
        // Hidden here, and so in every word that does not list them itself.
        .args(settings().map(|flag| flag.hide(true)))
        .subcommand(serve)
        .subcommands(
            [setup, password_link, second_factor_off, platform_app(), demo, seed(), tail(), migrate, config]
                .map(|word| word.after_help(elsewhere.clone())),
        )
}

fn word(name: &'static str, about: &'static str, more: &str) -> Word {
    // Otherwise --version would say "hookdesk-serve".
    Word::new(name).display_name("hookdesk").about(about).long_about(format!("{about}.{more}"))
}

fn platform_app() -> Word {
    let name = Arg::new("name").value_name("NAME").required(true).value_parser(NonEmptyStringValueParser::new()).help("What it is called");
    let id = Arg::new("id").value_name("ID").required(true).value_parser(value_parser!(i64).range(1..)).help("Its id, as the list has it");
    word("platform-app", "Make, list or delete programs that use the platform API", "").subcommand_required(true).subcommands([
        word("create", "Make a program, and print its token, which is shown this once", "").arg(name),
        word("list", "Print which programs there are", ""),
        word("delete", "Delete a program; what it has made stays", "").arg(id),
    ])
}

fn tail() -> Word {
    word("tail", "Print the deliveries of a running server as they happen", " One line for each try; Ctrl-C ends it.").args([
        number("webhook", "Only the deliveries of this webhook"),
        number("account", "The account, instead of the first one of whoever the token belongs to"),
        optional("url", "URL", "Address of the server, instead of its public URL"),
        optional("token", "TOKEN", "Access token of an administrator, instead of HOOKDESK_TOKEN, which no list of processes shows"),
    ])
}

fn seed() -> Word {
    let many = |name: &'static str, least: u64, most: u64, default: &'static str, help| {
        Arg::new(name).long(name).value_name("NUMBER").value_parser(value_parser!(u64).range(least..=most)).default_value(default).help(help)
    };
    word("seed", "Fill an account with conversations to try things on", " No webhook hears of them. For looking around, not for work.").args([
        many("conversations", 1, 10_000_000, "1000", "How many conversations"),
        many("messages", 0, 100_000_000, "10000", "How many messages in all of them together"),
        many("inboxes", 1, 1000, "10", "How many new inboxes they are in"),
        many("agents", 0, 1000, "10", "How many new agents answer in them"),
        number("account", "The account to fill, instead of a new one"),
        optional("email", "ADDRESS", "Email address of a new account's administrator").default_value("seed@example.com"),
        many("seed", 0, u64::MAX, "1", "The same number gives the same texts again"),
    ])
}

fn file() -> Arg {
    let help = format!("File with settings, instead of {} in the working directory", config::FILE);
    Arg::new("config").long("config").value_name("FILE").value_parser(value_parser!(PathBuf)).global(true).help(help)
}

/// A flag for each setting. The defaults are told and not given to clap, since a default must not lie over the file.
fn settings() -> impl Iterator<Item = Arg> {
    config::all().iter().map(|setting| {
        let default = format!("[default: {}]", setting.default_shown());
        let (short, long) = (format!("{} {default}", setting.doc), format!("{}\nTakes {}.\n{default}", setting.doc, setting.takes));
        Arg::new(setting.name).long(setting.flag()).value_name("VALUE").global(true).help(short).long_help(long)
    })
}

fn optional(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(NonEmptyStringValueParser::new()).help(help)
}

fn required(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).required(true).value_parser(NonEmptyStringValueParser::new()).help(help)
}

fn number(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("ID").value_parser(value_parser!(i64).range(1..)).help(help)
}
