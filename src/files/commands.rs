//! Keeping files, and sweeping away what nobody refers to.
use super::{
    model::{Avatar, Blob, DirectUpload, PHOTOS},
    payload::links,
    queries,
};
use crate::{
    checks::{LINE, within},
    db::{
        Db, DbConn, Tx,
        dialect::Columns,
        schema::{agent_bots, blobs, contacts, direct_uploads, inboxes, users},
        types::{AccountId, BlobId, now},
    },
    error::{Error, Result},
    random,
    storage::{Storage, Upload, plain_name},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use diesel::prelude::*;
use std::{collections::HashSet, time::Duration};

/// How long a file may be without anything that refers to it.
const GRACE: Duration = Duration::from_secs(86_400);

/// How large a picture of somebody may be, in bytes (as Chatwoot's).
const LARGEST_AVATAR: u64 = 15 << 20;

/// How many files one step of the sweep looks at.
const STEP: usize = 200;

/// Makes a received file known. From here on it stays.
///
/// # Errors
/// The database's.
pub fn store(tx: &mut Tx, account: AccountId, upload: Upload) -> Result<Blob> {
    insert(tx, Some(account), upload)
}

/// The same for a picture of somebody or something; that of a user belongs to no account.
///
/// # Errors
/// [`Error::Invalid`] about `avatar` for what is no JPEG, PNG, GIF or WebP of at most 15 MB.
pub fn store_avatar(tx: &mut Tx, account: Option<AccountId>, upload: Upload) -> Result<Avatar> {
    if upload.picture.is_none() || !PHOTOS.contains(&upload.content_type.as_str()) {
        return Err(Error::invalid("avatar", "Avatar must be a picture: JPEG, PNG, GIF or WebP"));
    }
    if upload.byte_size > LARGEST_AVATAR {
        return Err(Error::invalid("avatar", "Avatar is larger than 15 MB"));
    }
    let blob = insert(tx, account, upload)?;
    Ok(Avatar { blob_id: blob.id, url: links(tx)?.thumbnail(&blob) })
}

/// What somebody says of a file that they will bring.
#[derive(Debug)]
pub struct Announcement {
    /// What they call it.
    pub filename: String,
    /// What they say it is; may be empty.
    pub content_type: String,
    /// In bytes.
    pub byte_size: u64,
    /// The MD5 of its content, in base64.
    pub checksum: String,
}

/// Notes a file that will be brought by itself, and draws the token that opens the way for it.
///
/// # Errors
/// [`Error::Refused`] when it is larger than a file may be, or has no checksum; [`Error::Invalid`] about `content_type` when that is too long.
pub fn announce(tx: &mut Tx, storage: &Storage, account: AccountId, said: Announcement) -> Result<DirectUpload> {
    let Announcement { filename, content_type, byte_size, checksum } = said;
    let filename = plain_name(&filename);
    storage.admit(&filename, byte_size)?;
    within("content_type", &content_type, LINE)?;
    if STANDARD.decode(&checksum).map_or(0, |digest| digest.len()) != 16 {
        return Err(Error::Refused("checksum: the MD5 of the file is expected here, in base64".into()));
    }
    let insert = diesel::insert_into(direct_uploads::table)
        .values((
            direct_uploads::account_id.eq(account),
            direct_uploads::token.eq(random::token()?),
            direct_uploads::filename.eq(filename),
            direct_uploads::content_type.eq(content_type),
            direct_uploads::byte_size.eq(i64::try_from(byte_size).map_err(Error::internal)?),
            direct_uploads::checksum.eq(checksum),
            direct_uploads::created_at.eq(now()),
        ))
        .returning(DirectUpload::columns());
    Ok(insert.get_result(tx.conn)?)
}

/// Makes a file known that was announced. Of two that are brought one is kept: they are the same.
///
/// # Errors
/// [`Error::NotFound`] when it was forgotten meanwhile.
pub(super) fn fulfil(tx: &mut Tx, announced: &DirectUpload, upload: Upload) -> Result<()> {
    let there: Option<BlobId> = direct_uploads::table.find(announced.id).select(direct_uploads::blob_id).get_result(tx.conn)?;
    if there.is_none() {
        let blob = insert(tx, Some(announced.account_id), upload)?;
        diesel::update(direct_uploads::table.find(announced.id)).set(direct_uploads::blob_id.eq(blob.id)).execute(tx.conn)?;
    }
    Ok(())
}

/// Makes the links to pictures anew that begin with an address which this server had once.
///
/// # Errors
/// The database's.
pub fn renew_avatars(tx: &mut Tx) -> Result<()> {
    let links = links(tx)?;
    let beginning = links.beginning();
    for (id, blob) in queries::avatars_of_users_elsewhere(tx.conn, &beginning)? {
        diesel::update(users::table.find(id)).set(users::avatar_url.eq(links.thumbnail(&blob))).execute(tx.conn)?;
    }
    loop {
        let some = queries::avatars_of_contacts_elsewhere(tx.conn, &beginning)?;
        if some.is_empty() {
            break;
        }
        for (id, blob) in some {
            diesel::update(contacts::table.find(id)).set(contacts::avatar_url.eq(links.thumbnail(&blob))).execute(tx.conn)?;
        }
    }
    for (id, blob) in queries::avatars_of_inboxes_elsewhere(tx.conn, &beginning)? {
        diesel::update(inboxes::table.find(id)).set(inboxes::avatar_url.eq(links.thumbnail(&blob))).execute(tx.conn)?;
    }
    for (id, blob) in queries::avatars_of_bots_elsewhere(tx.conn, &beginning)? {
        diesel::update(agent_bots::table.find(id)).set(agent_bots::avatar_url.eq(links.thumbnail(&blob))).execute(tx.conn)?;
    }
    Ok(())
}

fn insert(tx: &mut Tx, account: Option<AccountId>, mut upload: Upload) -> Result<Blob> {
    let (width, height) = upload.picture.unzip();
    let insert = diesel::insert_into(blobs::table)
        .values((
            blobs::account_id.eq(account),
            blobs::key.eq(&upload.key),
            blobs::filename.eq(&upload.filename),
            blobs::content_type.eq(&upload.content_type),
            blobs::byte_size.eq(i64::try_from(upload.byte_size).map_err(Error::internal)?),
            blobs::width.eq(width),
            blobs::height.eq(height),
            blobs::created_at.eq(now()),
        ))
        .returning(Blob::columns());
    let blob = insert.get_result(tx.conn)?;
    upload.keep();
    Ok(blob)
}

/// Lets some of the files of an account that is to be deleted go: nothing refers to them, so they are swept away. False when none is left.
///
/// # Errors
/// The database's.
pub fn clear_account(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let some = blobs::table.filter(blobs::account_id.eq(account)).select(blobs::id).limit(STEP as i64);
    let some: Vec<BlobId> = some.load(tx.conn)?;
    let gone = diesel::update(blobs::table.filter(blobs::id.eq_any(some))).set(blobs::account_id.eq(None::<AccountId>));
    Ok(gone.execute(tx.conn)? > 0)
}

/// Removes files of which nothing is known for a day: what a crash left of requests that came to nothing. It looks at every
/// file that there is.
///
/// # Errors
/// The database's or the storage's; the next sweep begins anew.
pub async fn sweep_strays(db: &Db, storage: &Storage) -> Result<()> {
    if !db.read(queries::any).await? {
        // rather a few files too many than all of them gone because the database is another one
        return Ok(());
    }
    for shelf in storage.shelves().await? {
        let old = storage.keys_older_than(shelf, GRACE).await?;
        match storage.bucket() {
            // what is here is only on its way
            Some(_) => storage.remove_here(old).await?,
            None => sweep_unknown(db, storage, &old).await?,
        }
    }
    let Some(bucket) = storage.bucket() else { return Ok(()) };
    let mut from = None;
    loop {
        let (old, next) = bucket.older_than(GRACE, from).await?;
        sweep_unknown(db, storage, &old).await?;
        from = next;
        if from.is_none() {
            return Ok(());
        }
    }
}

/// Removes some of the files to which nothing has referred for a day: those whose message is gone; and forgets what was announced
/// before that. True if there may be more.
///
/// # Errors
/// The database's or the storage's; the next sweep begins anew.
pub async fn sweep(db: &Db, storage: &Storage) -> Result<bool> {
    let line = now() - GRACE;
    let forget = move |tx: &mut Tx| {
        let announced = queries::announced_before(tx.conn, line, STEP as i64)?;
        diesel::delete(direct_uploads::table.filter(direct_uploads::id.eq_any(&announced))).execute(tx.conn)?;
        let loose = queries::loose(tx.conn, line, STEP as i64)?;
        let ids: Vec<BlobId> = loose.iter().map(|(id, _)| *id).collect();
        diesel::delete(blobs::table.filter(blobs::id.eq_any(ids))).execute(tx.conn)?;
        Ok((loose, announced.len()))
    };
    let (forgotten, announced) = db.write_patiently(forget).await?;
    let more = forgotten.len().max(announced) == STEP;
    storage.remove(forgotten.into_iter().map(|(_, key)| key).collect()).await?;
    Ok(more)
}

async fn sweep_unknown(db: &Db, storage: &Storage, keys: &[String]) -> Result<()> {
    for some in keys.chunks(STEP) {
        let asked = some.to_vec();
        let known: HashSet<String> = db.read(move |conn: &mut DbConn| queries::known(conn, &asked)).await?.into_iter().collect();
        storage.remove(some.iter().filter(|key| !known.contains(*key)).cloned().collect()).await?;
    }
    Ok(())
}
