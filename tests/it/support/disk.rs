//! A small disk that a test may fill. `tests/run` mounts it, and leaves the tests out where nobody may.
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

const VARIABLE: &str = "HOOKDESK_TEST_SMALL_DISK";

/// The small disk; it has room again when this is dropped. One test at a time has it.
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    pub fn open() -> Disk {
        let folder = std::env::var(VARIABLE).unwrap_or_else(|_| panic!("{VARIABLE} has to name the folder of a small disk; tests/run mounts one"));
        Disk { folder: folder.into() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fills it, up to so many bytes.
    pub fn fill(&self, but: u64) {
        let mut filler = File::create(self.filler()).unwrap();
        let piece = vec![b'x'; 64 * 1024];
        // a test on a real disk would take a while
        let most = 1 << 30;
        let mut written = 0;
        while let Ok(more) = filler.write(&piece) {
            written += more as u64;
            assert!(written < most, "{VARIABLE} is not small");
        }
        filler.set_len(written.saturating_sub(but)).unwrap();
    }

    pub fn empty(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.filler());
    }
}
