//! A connection of libpq that can be waited on. Diesel reads notifications but does not say when there are any: it keeps
//! the socket to itself, and to ask again and again would cost every idle server a busy thread. So this one connection
//! for each node goes past diesel. Each of its unsafe calls is in this file.
use crate::error::{Error, Result};
use pq_sys::{ConnStatusType, ExecStatusType, PGconn, PGresult};
use std::{
    ffi::{CStr, CString, c_char},
    os::fd::RawFd,
    ptr::NonNull,
    time::Duration,
};
use tokio::io::{Interest, unix::AsyncFd};

/// How long PostgreSQL may take to answer something small before the connection counts as dead.
const ANSWER: Duration = Duration::from_secs(5);

/// A connection, closed when dropped.
pub(super) struct Line(NonNull<PGconn>);

// SAFETY: libpq lets any thread use a connection, as long as it is one at a time; `Line` is neither Sync nor Clone.
unsafe impl Send for Line {}

/// What somebody has told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub channel: String,
    pub payload: String,
}

/// Frees a result at the end of its scope.
struct Answer(NonNull<PGresult>);

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: the pointer came from PQgetResult and is freed once, here
        unsafe { pq_sys::PQclear(self.0.as_ptr()) }
    }
}

impl Line {
    /// Connects, and blocks meanwhile: for about ten seconds at most, unless the URL says otherwise.
    ///
    /// # Errors
    /// What libpq says: nobody there, or no admittance.
    pub fn connect(url: &str) -> Result<Line> {
        let url = CString::new(url).map_err(Error::internal)?;
        // what stands in the URL comes last and is stronger
        let names: [*const c_char; 4] = [c"connect_timeout".as_ptr(), c"fallback_application_name".as_ptr(), c"dbname".as_ptr(), std::ptr::null()];
        let values: [*const c_char; 4] = [c"10".as_ptr(), c"hookdesk listener".as_ptr(), url.as_ptr(), std::ptr::null()];
        // SAFETY: both lists end with a null and live until the call returns
        let conn = unsafe { pq_sys::PQconnectdbParams(names.as_ptr(), values.as_ptr(), 1) };
        let line = Line(NonNull::new(conn).ok_or_else(|| Error::Internal("libpq has no memory for a connection".into()))?);
        // SAFETY: the connection is open, or at least allocated
        match unsafe { pq_sys::PQstatus(line.0.as_ptr()) } {
            ConnStatusType::CONNECTION_OK => Ok(line),
            _ => Err(line.error()),
        }
    }

    /// Runs statements, and gives the first column of all their rows.
    ///
    /// # Errors
    /// The statement's own, and that no answer came in time.
    pub async fn ask(&mut self, sql: &str) -> Result<Vec<String>> {
        let sql = CString::new(sql).map_err(Error::internal)?;
        // SAFETY: the text lives until the call returns; libpq has copied it then
        if unsafe { pq_sys::PQsendQuery(self.0.as_ptr(), sql.as_ptr()) } == 0 {
            return Err(self.error());
        }
        let answered = tokio::time::timeout(ANSWER, self.answers()).await;
        answered.unwrap_or_else(|_| Err(Error::Internal("PostgreSQL does not answer".into())))
    }

    async fn answers(&mut self) -> Result<Vec<String>> {
        let mut column = Vec::new();
        loop {
            // SAFETY: the connection is open
            while unsafe { pq_sys::PQisBusy(self.0.as_ptr()) } == 1 {
                self.readable().await?;
            }
            // SAFETY: it is not busy, so this does not block
            let Some(answer) = NonNull::new(unsafe { pq_sys::PQgetResult(self.0.as_ptr()) }).map(Answer) else { return Ok(column) };
            column.append(&mut answer.first_column()?);
        }
    }

    /// Waits until PostgreSQL has sent something, and reads it.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn readable(&mut self) -> Result<()> {
        // SAFETY: the connection is open
        let socket: RawFd = unsafe { pq_sys::PQsocket(self.0.as_ptr()) };
        if socket < 0 {
            return Err(self.error());
        }
        // registered anew for each wait: so what libpq has left unread counts as well, not only what comes after it
        // SAFETY: the registration ends before this function, and the connection with its socket lives longer
        let registered = unsafe { AsyncFd::register_with_interest(socket, Interest::READABLE) }.map_err(Error::internal)?;
        drop(registered.readable().await.map_err(Error::internal)?);
        drop(registered);
        // SAFETY: the connection is open
        if unsafe { pq_sys::PQconsumeInput(self.0.as_ptr()) } == 0 { Err(self.error()) } else { Ok(()) }
    }

    /// The next thing that has been told, among what has been read.
    pub fn told(&mut self) -> Option<Told> {
        // SAFETY: the connection is open
        let told = NonNull::new(unsafe { pq_sys::PQnotifies(self.0.as_ptr()) })?;
        // SAFETY: libpq fills both texts and ends them with a zero; they live until the notification is freed below
        let (channel, payload) = unsafe { (text(told.as_ref().relname), text(told.as_ref().extra)) };
        // SAFETY: it came from PQnotifies and is freed once, here
        unsafe { pq_sys::PQfreemem(told.as_ptr().cast()) };
        Some(Told { channel, payload })
    }

    fn error(&self) -> Error {
        // SAFETY: the text belongs to the connection and is copied at once
        Error::Internal(unsafe { text(pq_sys::PQerrorMessage(self.0.as_ptr())) }.trim().to_owned())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // SAFETY: the pointer came from PQconnectdbParams and is freed once, here
        unsafe { pq_sys::PQfinish(self.0.as_ptr()) }
    }
}

impl Answer {
    fn first_column(&self) -> Result<Vec<String>> {
        let answer = self.0.as_ptr();
        // SAFETY: the answer is not freed yet; each row asked for is below the number of rows, and a row has a first column
        unsafe {
            match pq_sys::PQresultStatus(answer) {
                ExecStatusType::PGRES_COMMAND_OK => Ok(Vec::new()),
                ExecStatusType::PGRES_TUPLES_OK => Ok((0..pq_sys::PQntuples(answer)).map(|row| text(pq_sys::PQgetvalue(answer, row, 0))).collect()),
                _ => Err(Error::Internal(text(pq_sys::PQresultErrorMessage(answer)).trim().to_owned())),
            }
        }
    }
}

/// A copy of libpq's text.
///
/// # Safety
/// The pointer is null or leads to a text that ends with a zero.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: as promised by the caller
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}
