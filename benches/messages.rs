//! The measured promises: messages from HTTP to a subscribed receiver, durable, on both databases. See `README.md` beside this
//! file.
mod rows;
mod support;

use rows::{Options, Place, backlog, hanging, load, million};
use std::{
    io::{Error, Result},
    path::Path,
};
use support::{postgres::Postgres, table::Table};

const USAGE: &str = "cargo bench --bench messages -- [rows=one,three,hanging,million,backlog] [only=sqlite|postgres] [messages=20000] [runs=3] \
    [connections=32] [conversations=200] [paced=500] [hanging=1500] [stored=1000000] [backlog=100000]";

const ROWS: [&str; 5] = ["one", "three", "hanging", "million", "backlog"];

fn main() -> Result<()> {
    let options = options()?;
    let runtime = support::runtime()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder)?;
    let mut table = Table::default();
    if options.only != "postgres" {
        println!("== SQLite, WAL, synchronous=FULL");
        runtime.block_on(measure(&Place { options: &options, folder, postgres: None }, &mut table))?;
    }
    if options.only != "sqlite" {
        match Postgres::find(folder)? {
            Some(postgres) => {
                println!("== {}", postgres.about);
                runtime.block_on(measure(&Place { options: &options, folder, postgres: Some(&postgres) }, &mut table))?;
            }
            None => println!("== PostgreSQL: left out, since neither HOOKDESK_TEST_DATABASE_URL nor its programs are there"),
        }
    }
    table.print();
    Ok(())
}

async fn measure(place: &Place<'_>, table: &mut Table) -> Result<()> {
    for row in &place.options.rows {
        println!("-- {row}");
        match row.as_str() {
            "one" => load::one(place, table).await?,
            "three" => load::three(place, table).await?,
            "hanging" => hanging::beside_hanging(place, table).await?,
            "million" => million::beside_empty(place, table).await?,
            "backlog" => backlog::worked_off(place, table).await?,
            _ => return Err(Error::other(USAGE)),
        }
    }
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options {
        messages: 20_000,
        runs: 3,
        connections: 32,
        conversations: 200,
        paced: 500,
        hanging: 1500,
        stored: 1_000_000,
        backlog: 100_000,
        only: String::new(),
        rows: ROWS.map(str::to_owned).to_vec(),
    };
    // cargo adds --bench
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let (name, value) = argument.split_once('=').ok_or_else(|| Error::other(USAGE))?;
        let number = || value.parse::<usize>().map(|number| number.max(1)).map_err(|_| Error::other(USAGE));
        match name {
            "messages" => options.messages = number()?,
            "runs" => options.runs = number()?,
            "connections" => options.connections = number()?,
            "conversations" => options.conversations = number()?,
            "paced" => options.paced = number()?,
            "hanging" => options.hanging = number()?,
            "stored" => options.stored = number()? as u64,
            "backlog" => options.backlog = number()? as u64,
            "only" if ["sqlite", "postgres"].contains(&value) => options.only = value.to_owned(),
            "rows" if value.split(',').all(|row| ROWS.contains(&row)) => options.rows = value.split(',').map(str::to_owned).collect(),
            _ => return Err(Error::other(USAGE)),
        }
    }
    Ok(options)
}
