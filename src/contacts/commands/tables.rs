//! Many contacts at once: tables that people bring, and tables that they take along.
use super::{create, queries, update, visitors::take_turn};
use crate::{
    audit::Change,
    auth::Administrator,
    contacts::{
        filter,
        input::ContactInput,
        queries::Wanted,
        table::{self, Imported, Row},
    },
    custom_attributes::{self, Model},
    db::{Db, DbConn, Tx, types::ContactId},
    error::{Error, Result, Rule},
    files,
    filters::ConditionInput,
    mail::{self, Letter, Mailer},
    storage::{Storage, Upload},
};

/// How many rows one transaction brings in.
const ROWS: usize = 25;

/// Brings in the contacts of a table, and changes those that are known by their identifier, address or number. What is wrong with one
/// row keeps out no other. What has been brought in stays if something else goes wrong later; bringing it again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] about `import_file` for what is no table, or too large a one.
pub async fn import(db: &Db, by: &Administrator, upload: &Upload) -> Result<Imported> {
    if upload.byte_size > table::LARGEST {
        return Err(Error::invalid("import_file", format!("The file is larger than {} MB", table::LARGEST >> 20)));
    }
    let path = upload.place()?;
    let read = move || std::fs::read(path).map_err(Error::internal).and_then(|bytes| table::read(&bytes));
    let mut rows = actix_rt::task::spawn_blocking(read).await.map_err(Error::internal)??;
    let (mut imported, who) = (Imported::default(), by.clone());
    db.write(move |tx| who.record(tx, Change::Done(&who.account, "contacts_imported"))).await?;
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS));
        bring_all(db, by, std::mem::replace(&mut rows, rest), &mut imported).await?;
    }
    Ok(imported)
}

/// Some rows in one transaction, or each in its own if one of them cannot be.
async fn bring_all(db: &Db, by: &Administrator, rows: Vec<Row>, imported: &mut Imported) -> Result<()> {
    let (all, who) = (rows.clone(), by.clone());
    let together = db.write_patiently(move |tx| {
        // whoever became one with somebody meanwhile would hold contacts in another order than these rows do
        take_turn(tx, who.account_id())?;
        let mut outcomes = Vec::with_capacity(all.len());
        for (line, said) in all {
            let outcome = said.and_then(|input| bring(tx, &who, input));
            match outcome {
                // all rules but that of what is taken are asked before anything is written
                Ok(_) | Err(Error::Invalid { rule: Rule::Blank | Rule::TooLong(_) | Rule::Other, .. } | Error::Refused(_)) => {
                    outcomes.push((line, outcome));
                }
                Err(e) => return Err(e),
            }
        }
        Ok(outcomes)
    });
    let outcomes = match together.await {
        Err(Error::Invalid { rule: Rule::Taken, .. }) => {
            let mut outcomes = Vec::with_capacity(rows.len());
            for (line, said) in rows {
                let who = by.clone();
                outcomes.push((line, db.write_patiently(move |tx| said.and_then(|input| bring(tx, &who, input))).await));
            }
            outcomes
        }
        outcomes => outcomes?,
    };
    outcomes.into_iter().try_for_each(|(line, outcome)| imported.note(line, outcome))
}

/// Whether the contact is new.
fn bring(tx: &mut Tx, by: &Administrator, input: ContactInput) -> Result<bool> {
    let [identifier, email, phone] = input.names();
    match queries::recognised(tx.conn, by.account_id(), identifier.as_deref(), email.as_deref(), phone.as_deref())? {
        Some(contact) => update(tx, &by.account, &by.actor(), contact.id, input).map(|_| false),
        None => create(tx, &by.account, &by.actor(), input).map(|_| true),
    }
}

/// Whom a table is to show.
pub enum Chosen {
    /// Those whom a filter fits.
    Fitting(Vec<ConditionInput>),
    /// As [`Wanted::Known`].
    Known(Vec<String>),
}

/// Writes contacts into a table, and mails whoever asks a link to it. The link works for a day: after that the file is swept away.
///
/// # Errors
/// [`Error::Refused`] where no mail server is set up, for a column that there is not, a filter that cannot be asked, and a table that
/// is larger than a file may be.
pub async fn export(db: &Db, storage: &Storage, mailer: &Mailer, by: Administrator, columns: Vec<String>, chosen: Chosen) -> Result<()> {
    if !mailer.is_set_up() {
        return Err(Error::Refused("No mail server is set up, so the table cannot be sent: the operator names one with HOOKDESK_SMTP_URL".into()));
    }
    let account = by.account_id();
    let look = move |conn: &mut DbConn| {
        let wanted = match chosen {
            Chosen::Fitting(conditions) => Wanted::Fitting(filter::read(conn, account, &conditions)?),
            Chosen::Known(labels) => Wanted::Known(labels),
        };
        let definitions = custom_attributes::of_account(conn, account, Some(Model::Contact))?;
        let keys: Vec<String> = definitions.into_iter().map(|definition| definition.attribute_key).collect();
        Ok((wanted, table::columns(columns, &keys)?))
    };
    let (wanted, columns) = db.read(look).await?;
    let mut draft = storage.begin("contacts.csv", Some("text/csv".to_owned())).await?;
    draft.write(&table::head(&columns)?).await?;
    let (mut after, mut number) = (ContactId(0), 0i64);
    loop {
        let wanted = wanted.clone();
        let found = db.read(move |conn| queries::following(conn, account, &wanted, after)).await?;
        let Some(last) = found.last() else { break };
        (after, number) = (last.id, number + found.len() as i64);
        draft.write(&table::rows(&columns, &found)?).await?;
    }
    let (upload, mailer) = (draft.finish().await?, mailer.clone());
    db.write(move |tx| send(tx, &mailer, &by, upload, number)).await
}

fn send(tx: &mut Tx, mailer: &Mailer, by: &Administrator, upload: Upload, number: i64) -> Result<()> {
    let blob = files::store(tx, by.account_id(), upload)?;
    let language = by.user.language(&by.account);
    let account = by.account.name.as_str();
    let letter = Letter {
        account_id: Some(by.account_id()),
        to: by.user.recipient(),
        language,
        subject: format!("[{account}] {}", language.t("contacts-export-subject")),
        paragraphs: vec![language.ta("contacts-export-text", &[("number", number.into())])],
        facts: Vec::new(),
        action: Some((language.t("contacts-export-action"), files::links(tx)?.path(&blob))),
        reason: language.ta("contacts-export-reason", &[("account", account.into())]),
    };
    mail::post(tx, &letter.write(mailer)?)?;
    by.record(tx, Change::Done(&by.account, "contacts_exported"))
}
