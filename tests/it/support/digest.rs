//! What is stored, to be compared: whether a request that was refused has changed anything.
use super::{Server, database::is_postgres};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of each table.
pub type Digest = BTreeMap<String, BTreeSet<String>>;

/// What the server does by itself at any time: the search index, and what waits to be put into it; and packing what reports count.
const BY_ITSELF: [&str; 5] = ["unindexed", "message_index", "contact_index", "report_", "__diesel"];

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

async fn pairs(server: &Server, sql: String) -> Vec<(String, String)> {
    let rows: Vec<Named> = server.read(move |conn| Ok(sql_query(sql).load(conn)?)).await;
    rows.into_iter().map(|row| (row.name, row.value)).collect()
}

/// Reads the database again and again.
pub struct Reader {
    sql: String,
}

impl Reader {
    /// Of all rows that belong to an account, and of those that belong to none.
    pub async fn of(server: &Server, account: i64) -> Reader {
        let columns = if is_postgres() {
            "SELECT table_name::text AS name, column_name::text AS value FROM information_schema.columns WHERE table_schema = 'public'"
        } else {
            "SELECT m.name AS name, c.name AS value FROM sqlite_master AS m, pragma_table_info(m.name) AS c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, column) in pairs(server, columns.to_owned()).await {
            if !BY_ITSELF.iter().any(|name| table.starts_with(name)) {
                tables.entry(table).or_default().push(column);
            }
        }
        assert!(tables.contains_key("messages") && tables.len() > 30, "{:?}", tables.keys());
        let parts: Vec<String> = tables.iter().map(|(table, columns)| rows(table, columns, account)).collect();
        Reader { sql: parts.join(" UNION ALL ") }
    }

    /// As it is now.
    pub async fn read(&self, server: &Server) -> Digest {
        let mut digest = Digest::new();
        for (table, row) in pairs(server, self.sql.clone()).await {
            digest.entry(table).or_default().insert(row);
        }
        digest
    }
}

/// The rows of one table, each as a text.
fn rows(table: &str, columns: &[String], account: i64) -> String {
    // what belongs to no account by itself belongs to what it hangs on
    let owners = [("conversation_id", "conversations"), ("inbox_id", "inboxes"), ("contact_id", "contacts"), ("team_id", "teams")];
    let owner = owners.iter().find(|(name, _)| columns.iter().any(|column| column == name));
    let has = |name: &str| columns.iter().any(|column| column == name);
    let of = match owner {
        _ if table == "accounts" => format!("WHERE id = {account}"),
        _ if has("account_id") => format!("WHERE account_id = {account}"),
        Some((name, owner)) => format!("WHERE {name} IN (SELECT id FROM {owner} WHERE account_id = {account})"),
        None if has("user_id") => format!("WHERE user_id IN (SELECT user_id FROM account_users WHERE account_id = {account})"),
        None => String::new(),
    };
    let row = if is_postgres() {
        "row_of::text".to_owned()
    } else {
        columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || ',' || ")
    };
    format!("SELECT '{table}' AS name, {row} AS value FROM {table} AS row_of {of}")
}

/// What has come and gone between two times, one line for each row.
pub fn difference(before: &Digest, after: &Digest) -> Vec<String> {
    let none = BTreeSet::new();
    let tables: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |digest: &'_ Digest, table: &String| digest.get(table).unwrap_or(&none).clone();
    tables
        .into_iter()
        .flat_map(|table| {
            let (before, after) = (of(before, table), of(after, table));
            let gone = before.difference(&after).map(|row| format!("- {table}: {row}"));
            let come = after.difference(&before).map(|row| format!("+ {table}: {row}"));
            gone.chain(come).collect::<Vec<_>>()
        })
        .collect()
}
