//! The commands: `serve` (also without a word), `setup`, `demo`, `migrate`, `config`.
use hookdesk::{
    app::Server,
    cli::{self, Command},
    config::{Config, LogFormat, Sources},
    error::Error,
};
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let cli = cli::parse(std::env::args_os()).unwrap_or_else(|e| e.exit());
    let loaded = Sources::gather(cli.config_file.as_deref(), cli.flags, std::env::vars_os()).and_then(Config::load);
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(sentence) => return fail(&sentence),
    };
    if let Err(sentence) = start_log(&loaded.config) {
        return fail(&sentence);
    }
    let done = match cli.command {
        Command::Config => write!(std::io::stdout(), "{loaded}").map_err(Error::internal),
        Command::Serve => actix_rt::System::new().block_on(serve(loaded.config)),
        _ => Ok(()),
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

fn start_log(config: &Config) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).map_err(|e| format!("HOOKDESK_LOG: {e}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

async fn serve(config: Config) -> Result<(), Error> {
    let server = Server::start(config).await?;
    tracing::info!(address = %server.address, public_url = %server.config.public_url, "listening");
    server.run().await
}
