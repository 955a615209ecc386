//! The commands: `serve` (also without a word), `setup`, `password-link`, `second-factor-off`, `platform-app`, `demo`, `seed`, `tail`, `migrate`,
//! `config`.
use hookdesk::{
    app::Server,
    cli::{self, Command},
    config::{Config, LogFormat, Sources},
    db::{Db, Shared},
    demo,
    error::Error,
    seed, setup, tail,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let cli = cli::parse(std::env::args_os()).unwrap_or_else(|e| e.exit());
    let loaded = Sources::gather(cli.config_file.as_deref(), cli.flags, std::env::vars_os()).and_then(Config::load);
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(sentence) => return fail(&sentence),
    };
    // the demo speaks to a person: its own lines are enough, unless more are asked for
    let quiet = matches!(cli.command, Command::Demo | Command::Tail(_)) && loaded.config.log == "info";
    if let Err(sentence) = start_log(&loaded.config, if quiet { "warn" } else { &loaded.config.log }) {
        return fail(&sentence);
    }
    raise_open_files();
    let done = match cli.command {
        Command::Config => write!(std::io::stdout(), "{loaded}").map_err(Error::internal),
        Command::Serve => actix_rt::System::new().block_on(serve(loaded.config)),
        Command::Setup(setup) => actix_rt::System::new().block_on(set_up(&loaded.config, setup)),
        Command::PasswordLink(address) => actix_rt::System::new().block_on(print_link(&loaded.config, address)),
        Command::SecondFactorOff(address) => actix_rt::System::new().block_on(end_second_factor(&loaded.config, address)),
        Command::PlatformApp(what) => actix_rt::System::new().block_on(arrange_apps(&loaded.config, what)),
        Command::Migrate => Db::open(&loaded.config, Shared::default()).map(drop),
        Command::Tail(tail) => actix_rt::System::new().block_on(tail::run(&loaded.config, tail)),
        Command::Seed(seed) => actix_rt::System::new().block_on(fill(&loaded.config, seed)),
        Command::Demo => actix_rt::System::new().block_on(demo::run(loaded.config)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => fail(&e.to_string()),
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("hookdesk: {sentence}");
    ExitCode::FAILURE
}

/// What is not HTTP is refused by actix_http with a line at the level of errors, which anybody could fill the log with.
fn start_log(config: &Config, filter: &str) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(format!("actix_http=off,{filter}")).map_err(|e| format!("HOOKDESK_LOG: {e}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

async fn set_up(config: &Config, setup: cli::Setup) -> Result<(), Error> {
    let password = setup.read_password(std::io::stdin().lock()).map_err(Error::Refused)?;
    let line = setup::run(config, setup.email, password, setup.name, setup.account).await?;
    writeln!(std::io::stdout(), "{line}").map_err(Error::internal)
}

async fn print_link(config: &Config, address: String) -> Result<(), Error> {
    let link = setup::password_link(config, address).await?;
    writeln!(std::io::stdout(), "{link}").map_err(Error::internal)
}

async fn end_second_factor(config: &Config, address: String) -> Result<(), Error> {
    let line = setup::second_factor_off(config, address).await?;
    writeln!(std::io::stdout(), "{line}").map_err(Error::internal)
}

async fn arrange_apps(config: &Config, what: cli::PlatformApp) -> Result<(), Error> {
    let lines = setup::arrange_apps(config, what).await?;
    writeln!(std::io::stdout(), "{lines}").map_err(Error::internal)
}

async fn fill(config: &Config, seed: cli::Seed) -> Result<(), Error> {
    let lines = seed::run(config, seed).await?;
    writeln!(std::io::stdout(), "{lines}").map_err(Error::internal)
}

/// Each connection is an open file, and the usual limit of a shell is soon reached. One that cannot be raised stays as it is.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(e) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::debug!(error = %e, "the limit of open files could not be raised");
    }
}

async fn serve(config: Config) -> Result<(), Error> {
    let server = Server::start(config).await?;
    tracing::info!(address = %server.address, public_url = %server.config.public_url, "listening");
    server.run().await
}
