//! Who may know whom, and who may write to the database.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Kind, Source, files, sources};
use crate::{LADDER, STAIRS, WRITES_ANYWHERE, assert_none};

/// The functions of diesel that change rows.
const WRITES: &[&str] = &["insert_into", "insert_or_ignore_into", "replace_into", "update", "delete"];
const WRITES_OF_SQL: &[&str] = &["INSERT INTO ", "UPDATE ", "DELETE FROM "];

fn step_of(module: &str) -> Option<usize> {
    STAIRS.iter().position(|step| step.contains(&module))
}

fn rung_of(module: &str) -> Option<usize> {
    LADDER.iter().position(|rung| rung.contains(&module))
}

fn stairs(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(own) = module.first() else { return Vec::new() };
    let Some(own_step) = step_of(own) else {
        return vec![source.at(1, format_args!("{own} has no place on the stairs"))];
    };
    let mut broken = Vec::new();
    for (line, path) in source.paths(&[]) {
        let used = path.first().map_or("*", String::as_str);
        if used == "*" || (used != *own && step_of(used).is_some_and(|step| step >= own_step)) {
            broken.push(source.at(line, format_args!("{own} may not know {used}")));
        }
    }
    broken
}

/// `lib.rs` is the map: it declares every module in the order of the stairs, and lends nobody another name.
fn map_of_the_house(lib: &Source) -> Vec<String> {
    let (mut broken, mut last) = (Vec::new(), 0);
    for (i, token) in lib.tokens.iter().enumerate() {
        if lib.is(i, "mod") && lib.is(i + 2, ";") {
            let name = &lib.tokens[i + 1].text;
            match step_of(name) {
                None => broken.push(lib.at(token.line, format_args!("{name} has no place on the stairs"))),
                Some(step) if step < last => broken.push(lib.at(token.line, format_args!("{name} belongs further up"))),
                Some(step) => last = step,
            }
        }
        if lib.is(i, "use") {
            broken.push(lib.at(token.line, "a re-export hides who knows whom"));
        }
    }
    broken
}

/// The names that a room's `mod.rs` takes from its rungs and hands on, each with its rung.
fn handed_on(room: &Source) -> BTreeMap<String, String> {
    let rungs: Vec<&str> = LADDER.concat();
    let mut found = BTreeMap::new();
    for (_, path) in room.paths(&rungs) {
        let inside = if room.module().first() == path.first().map(String::as_str).as_ref() { &path[1..] } else { &path[..] };
        if let [rung, .., name] = inside
            && rungs.contains(&rung.as_str())
        {
            found.insert(name.clone(), rung.clone());
        }
    }
    found
}

fn ladder(source: &Source, handed_on: &BTreeMap<String, String>) -> Vec<String> {
    let module = source.module();
    let [room, own, ..] = module[..] else { return Vec::new() };
    let Some(own_rung) = rung_of(own) else { return Vec::new() };
    let mut broken = Vec::new();
    for (line, path) in source.paths(&[]) {
        let [used_room, used, ..] = &path[..] else { continue };
        let used = handed_on.get(used).unwrap_or(used);
        if used_room == room && used != own && rung_of(used).is_some_and(|rung| rung >= own_rung) {
            broken.push(source.at(line, format_args!("{own} may not know {used}")));
        }
    }
    broken
}

fn may_write(source: &Source) -> bool {
    match source.module()[..] {
        [room] if !source.path.ends_with("/mod.rs") || WRITES_ANYWHERE.contains(&room) => true,
        [room, rung, ..] => rung == "commands" || WRITES_ANYWHERE.contains(&room),
        _ => false,
    }
}

fn writes(source: &Source) -> Vec<String> {
    if may_write(source) {
        return Vec::new();
    }
    let mut lines: BTreeSet<usize> = [source.lines_with("insert_into("), source.lines_with(".save_changes")].concat().into_iter().collect();
    for (line, path) in source.paths(&["diesel"]) {
        if path.first().is_some_and(|root| root == "diesel") && path.last().is_some_and(|name| WRITES.contains(&name.as_str())) {
            lines.insert(line);
        }
    }
    for token in source.tokens.iter().filter(|token| token.kind == Kind::Text) {
        if WRITES_OF_SQL.iter().any(|sql| token.text.trim_start().starts_with(sql)) {
            lines.insert(token.line);
        }
    }
    let outside_tests = lines.into_iter().filter(|line| !source.tokens.iter().any(|token| token.line == *line && token.test));
    outside_tests.map(|line| source.at(line, "only commands write to the database")).collect()
}

fn backends(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    if source.module().first() == Some(&"db") {
        return broken;
    }
    for (i, token) in source.tokens.iter().enumerate() {
        let variant = source.matches(i, "DbConn::") && source.tokens.get(i + 2).is_some_and(|name| name.text.starts_with(char::is_uppercase));
        if variant || source.is(i, "is_postgres") {
            broken.push(source.at(token.line, "only src/db knows which database it is"));
        }
    }
    broken
}

/// The migrations of one database: `folder/up.sql`, `folder/down.sql`.
fn migrations(backend: &str) -> BTreeSet<String> {
    let folder = format!("migrations/{backend}");
    files(&folder, "").into_iter().map(|file| file.path[folder.len() + 1..].to_owned()).collect()
}

#[test]
fn every_file_looks_only_up_the_stairs() {
    let sources = sources();
    let lib = sources.iter().filter(|source| source.path == "src/lib.rs").flat_map(map_of_the_house);
    assert_none(lib.chain(sources.iter().flat_map(stairs)));
}

#[test]
fn every_file_of_a_room_looks_only_down_the_ladder() {
    let sources = sources();
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| source.module().len() > 1) {
        let room = sources.iter().find(|room| room.module() == source.module()[..1]);
        broken.extend(ladder(source, &room.map(handed_on).unwrap_or_default()));
    }
    assert_none(broken);
}

#[test]
fn only_commands_write_to_the_database() {
    assert_none(sources().iter().flat_map(writes));
}

#[test]
fn only_db_knows_which_database_it_is() {
    assert_none(sources().iter().flat_map(backends));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let both = [("sqlite", migrations("sqlite")), ("postgres", migrations("postgres"))];
    let folders: BTreeSet<&str> = both.iter().flat_map(|(_, parts)| parts).filter_map(|part| part.split('/').next()).collect();
    let mut broken = Vec::new();
    for (backend, parts) in &both {
        for (folder, part) in folders.iter().flat_map(|folder| ["up.sql", "down.sql"].map(|part| (folder, part))) {
            if !parts.contains(&format!("{folder}/{part}")) {
                broken.push(format!("migrations/{backend}/{folder}/{part}:1 is missing"));
            }
        }
    }
    assert_none(broken);
}

#[test]
fn the_stairs_hold() {
    let good = "use crate::{auth::Agent, db, teams::x};\n// crate::app\n/// [`crate::app`]\nconst S: &str = \"crate::app\";";
    assert!(stairs(&Source::new("src/teams.rs", good)).is_empty());
    let bad = "use crate::{
    auth::Agent,
    labels::{Label, more},
};
fn f() { $crate::app::x(); super::inboxes::y() }
use crate::*;";
    let found = stairs(&Source::new("src/teams.rs", bad)).join("\n");
    let names = [(3, "labels"), (3, "labels"), (5, "app"), (5, "inboxes"), (6, "*")];
    assert_eq!(found, names.map(|(line, name)| format!("src/teams.rs:{line} teams may not know {name}")).join("\n"));
    assert_eq!(stairs(&Source::new("src/cellar/mod.rs", "")), ["src/cellar/mod.rs:1 cellar has no place on the stairs"]);
    assert!(stairs(&Source::new("src/main.rs", "use crate::app;")).is_empty());
}

#[test]
fn the_map_is_in_order() {
    let good = "//! map\npub mod error;\npub mod db;\n/// rooms\npub mod reports;\nmod webhooks;\npub mod app;";
    assert!(map_of_the_house(&Source::new("src/lib.rs", good)).is_empty());
    let bad = map_of_the_house(&Source::new("src/lib.rs", "pub mod db;\npub mod error;\npub mod cellar;\npub use db::Db;"));
    let expected =
        ["src/lib.rs:2 error belongs further up", "src/lib.rs:3 cellar has no place on the stairs", "src/lib.rs:4 a re-export hides who knows whom"];
    assert_eq!(bad, expected);
}

#[test]
fn the_ladder_holds() {
    let uses = "pub use commands::{create, Draft as D};\npub use self::model::Team;\npub use crate::teams::queries::all;";
    let names = handed_on(&Source::new("src/teams/mod.rs", uses));
    let expected = [("Draft", "commands"), ("Team", "model"), ("all", "queries"), ("create", "commands")];
    assert_eq!(names, expected.map(|(name, rung)| (name.to_owned(), rung.to_owned())).into());
    let payload = "use super::{model::Team, queries, other};
use super::commands::x;
use crate::teams::{api, Team};
use super::create;
use crate::labels::api;";
    let found = ladder(&Source::new("src/teams/payload.rs", payload), &names).join("\n");
    let known = [(2, "commands"), (3, "api"), (4, "commands")];
    assert_eq!(found, known.map(|(line, rung)| format!("src/teams/payload.rs:{line} payload may not know {rung}")).join("\n"));
    let add = Source::new("src/teams/commands/add.rs", "use super::other;\nuse super::super::{payload, pages};");
    assert_eq!(ladder(&add, &names), ["src/teams/commands/add.rs:2 commands may not know pages"]);
    assert!(ladder(&Source::new("src/teams/other.rs", "use super::api;"), &names).is_empty());
}

#[test]
fn writes_are_found() {
    let code = "use diesel::{prelude::*, update};
fn f() { diesel::delete(x); }
fn g() { q.insert_into(y); }
fn h() { z.save_changes(c); }
const I: &str = \"UPDATE j\"; // diesel::update
#[cfg(test)]
mod tests { fn k() { diesel::delete(x) } }";
    for refused in ["src/teams/queries.rs", "src/teams/mod.rs", "src/main.rs"] {
        let expected: Vec<_> = (1..=5).map(|line| format!("{refused}:{line} only commands write to the database")).collect();
        assert_eq!(writes(&Source::new(refused, code)), expected);
    }
    for allowed in ["commands.rs", "commands/add.rs"].map(|rung| format!("src/teams/{rung}")) {
        assert!(writes(&Source::new(&allowed, code)).is_empty());
    }
    for allowed in ["src/teams.rs", "src/jobs/mod.rs", "src/db/writer.rs"] {
        assert!(writes(&Source::new(allowed, code)).is_empty());
    }
}

#[test]
fn backends_are_known_to_db_alone() {
    let code = "match conn { DbConn::Pg(c) => x, DbConn::establish(u) => y }\nfn f() { url.is_postgres() }";
    let found = backends(&Source::new("src/teams.rs", code));
    assert_eq!(found, [1, 2].map(|line| format!("src/teams.rs:{line} only src/db knows which database it is")));
    assert!(backends(&Source::new("src/db/pool.rs", code)).is_empty());
}
