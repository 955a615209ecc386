//! A clock that a test sets, for a real process.
use std::{io::Write, path::PathBuf, process::Command};
use tempfile::TempDir;

/// The time of day as some processes see it.
pub struct Clock {
    folder: TempDir,
}

impl Clock {
    /// One that is right.
    pub fn new() -> Clock {
        let clock = Clock { folder: tempfile::tempdir().unwrap() };
        clock.set(0);
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/clock.c");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(clock.library()).arg(source).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        clock
    }

    /// Puts it so many seconds ahead of the machine's.
    pub fn set(&self, ahead: i64) {
        // in place: whoever runs has this file in its memory
        let mut file = std::fs::File::options().write(true).create(true).truncate(false).open(self.folder.path().join("ahead")).unwrap();
        file.write_all(&ahead.to_ne_bytes()).unwrap();
    }

    /// What a process is started with that goes by this clock.
    pub fn settings(&self) -> [(String, String); 2] {
        let path = |path: PathBuf| path.display().to_string();
        [("LD_PRELOAD".into(), path(self.library())), ("CLOCK_AHEAD".into(), path(self.folder.path().join("ahead")))]
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("clock.so")
    }
}
