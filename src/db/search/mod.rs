//! Finding texts by any part of them, in every language: an index of the groups of three neighbouring characters (trigrams), since
//! Thai and others write no spaces between words.
//!
//! The index gives candidates; whoever asks compares the texts themselves, so that it need be neither exact nor quite up to date.
//! Putting a text of 600 bytes into it costs as much as the rest of its message does. So triggers only note, in the transaction that
//! changes a text, that it is not in the index yet (`unindexed`); [`step`] puts it in, a moment later; and until then a search
//! looks at what is noted as well.
mod grams;

use super::{
    DbConn, Tx,
    types::{AccountId, InboxId},
};
use crate::error::Result;
use diesel::{
    QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Integer, SmallInt, Text},
};

/// How many of the newest rows that fit are looked at: more are not found.
pub const MOST: i64 = 1000;

/// How many of the newest rows that wait to be indexed are looked at as well.
const WAITING: i64 = 2000;

/// How many of the newest rows are looked at for a text too short for the index.
const NEWEST: i64 = 5000;

/// So many among the newest are enough, and what is older is not looked for.
const ENOUGH: usize = MOST as usize / 5;

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What contacts and agents write.
    Messages,
    /// Names, addresses, numbers and identifiers.
    Contacts,
    /// Titles, descriptions and what articles say.
    Articles,
}

/// Where.
#[derive(Debug, Clone)]
pub enum Scope {
    /// In all of an account.
    Account(AccountId),
    /// In these inboxes; messages only.
    Inboxes(Vec<InboxId>),
}

/// Where a text may be found: nowhere else, and not in all of these.
#[derive(Debug, Clone)]
pub enum Near {
    /// In the rows of these ids.
    Ids(Vec<i64>),
    /// Anywhere from this id on.
    From(i64),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl Kind {
    fn number(self) -> i16 {
        match self {
            Kind::Messages => 0,
            Kind::Contacts => 1,
            Kind::Articles => 2,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Kind::Messages => "messages",
            Kind::Contacts => "contacts",
            Kind::Articles => "articles",
        }
    }

    fn index(self) -> &'static str {
        match self {
            Kind::Messages => "message_index",
            Kind::Contacts => "contact_index",
            Kind::Articles => "article_index",
        }
    }
}

/// Where this text may occur, in whatever case; at most the newest [`MOST`] of the index and [`WAITING`] that are not in it yet. A text
/// of less than three characters is looked for among the newest messages only, and among all contacts.
///
/// # Errors
/// The database's.
pub fn near(conn: &mut DbConn, kind: Kind, scope: &Scope, text: &str) -> Result<Near> {
    let sought = grams::of_query(text);
    if sought.is_empty() {
        // who has a short name is found however old they are, and so is what was written down
        if kind != Kind::Messages {
            return Ok(Near::From(0));
        }
        let newest = sql_query(format!("SELECT coalesce(max(id), 0) AS id FROM {}", kind.table()));
        let newest: Row = newest.get_result(conn)?;
        return Ok(Near::From(newest.id - NEWEST));
    }
    let waiting = sql_query("SELECT id FROM unindexed WHERE kind = $1 ORDER BY id DESC LIMIT $2");
    let waiting: Vec<Row> = waiting.bind::<SmallInt, _>(kind.number()).bind::<BigInt, _>(WAITING).load(conn)?;
    let indexed = match conn {
        DbConn::Sqlite(c) => {
            let index = kind.index();
            let query = sql_query(format!("SELECT rowid AS id FROM {index} WHERE {index} MATCH $1 ORDER BY rowid DESC LIMIT $2"));
            query.bind::<Text, _>(grams::expression(scope, &sought)).bind::<BigInt, _>(MOST).load::<Row>(c)?
        }
        DbConn::Pg(c) => near_in_postgres(c, kind, scope, &sought)?,
    };
    Ok(Near::Ids(waiting.into_iter().chain(indexed).map(|row| row.id).collect()))
}

/// The index has no order, and a common text would be looked up in all that there is: so the newest stretches are asked first. What was put into the
/// index before there were stretches is only in the whole of it.
fn near_in_postgres(conn: &mut diesel::PgConnection, kind: Kind, scope: &Scope, sought: &[[char; 3]]) -> Result<Vec<Row>> {
    let index = kind.index();
    let (all, some): (Vec<i32>, Vec<i32>) = grams::numbers(scope, sought);
    let newest: Row = sql_query(format!("SELECT coalesce(max(id), 0) AS id FROM {index}")).get_result(conn)?;
    // what is found is sorted afterwards: else the planner may look through the newest rows one by one
    let query = format!(
        "SELECT id FROM (SELECT id FROM {index} WHERE grams @> $1 AND ($2 = '{{}}' OR grams && $2) AND ($3 = '{{}}' OR grams && $3) OFFSET 0) AS found \
         ORDER BY id DESC LIMIT {MOST}"
    );
    let mut found: Vec<Row> = Vec::new();
    for stretches in grams::newest_stretches(newest.id).into_iter().chain([Vec::new()]) {
        let query = sql_query(&query).bind::<Array<Integer>, _>(&all).bind::<Array<Integer>, _>(&some);
        found = query.bind::<Array<Integer>, _>(stretches).load(conn)?;
        if found.len() >= ENOUGH {
            break;
        }
    }
    Ok(found)
}

/// Puts so many of what waits into the index, the oldest first; gives how many there were. Nodes take different ones.
///
/// # Errors
/// The database's.
pub fn step(tx: &mut Tx, kind: Kind, most: i64) -> Result<usize> {
    match tx.conn {
        DbConn::Sqlite(c) => {
            let (table, index, number) = (kind.table(), kind.index(), kind.number());
            let waiting = format!("SELECT id FROM unindexed WHERE kind = {number} ORDER BY id LIMIT {most}");
            let text = grams::sqlite_text(kind);
            let insert = format!("INSERT INTO {index} (rowid, text) SELECT id, {text} FROM {table} WHERE id IN ({waiting})");
            sql_query(insert).execute(c)?;
            Ok(sql_query(format!("DELETE FROM unindexed WHERE kind = {number} AND id IN ({waiting})")).execute(c)?)
        }
        DbConn::Pg(c) => step_in_postgres(c, kind, most),
    }
}

#[derive(QueryableByName)]
struct Indexable {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    /// 0 for all but messages.
    #[diesel(sql_type = BigInt)]
    inbox_id: i64,
    #[diesel(sql_type = Text)]
    text: String,
}

fn step_in_postgres(conn: &mut diesel::PgConnection, kind: Kind, most: i64) -> Result<usize> {
    let number = kind.number();
    let waiting = format!("SELECT id FROM unindexed WHERE kind = {number} ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED");
    let taken: Vec<Row> = sql_query(format!("DELETE FROM unindexed WHERE kind = {number} AND id IN ({waiting}) RETURNING id")).load(conn)?;
    if taken.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = taken.iter().map(|row| row.id).collect();
    let columns = match kind {
        Kind::Messages => "id, account_id, inbox_id, coalesce(content, '') AS text",
        Kind::Contacts => "id, account_id, 0::bigint AS inbox_id, concat_ws(chr(10), name, email, phone_number, identifier) AS text",
        Kind::Articles => "id, account_id, 0::bigint AS inbox_id, concat_ws(chr(10), title, description, content) AS text",
    };
    let rows = sql_query(format!("SELECT {columns} FROM {} WHERE id = ANY($1)", kind.table()));
    let rows: Vec<Indexable> = rows.bind::<Array<BigInt>, _>(&ids).load(conn)?;
    let grams: Vec<String> = rows.iter().map(|row| grams::array(row.id, row.account_id, row.inbox_id, &row.text)).collect();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let insert = format!(
        "INSERT INTO {} (id, grams) SELECT id, grams::integer[] FROM unnest($1, $2) AS t (id, grams) ON CONFLICT (id) DO UPDATE SET grams = excluded.grams",
        kind.index()
    );
    sql_query(insert).bind::<Array<BigInt>, _>(&ids).bind::<Array<Text>, _>(&grams).execute(conn)?;
    Ok(taken.len())
}

/// Whether anything of this kind waits.
///
/// # Errors
/// The database's.
pub fn waits(conn: &mut DbConn, kind: Kind) -> Result<bool> {
    let query = sql_query("SELECT id FROM unindexed WHERE kind = $1 LIMIT 1").bind::<SmallInt, _>(kind.number());
    Ok(!query.load::<Row>(conn)?.is_empty())
}
