//! What the machine says of this process and of its disk. Where it does not say it, nothing is shown.
use std::path::Path;

/// The memory in use, in bytes: the resident set.
pub(super) fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The bytes that are free on the disk of a folder, for a user without privileges.
pub(super) fn free_space(folder: &Path) -> Option<i64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    i64::try_from(disk.f_bavail.checked_mul(disk.f_frsize)?).ok()
}

/// Lets the process open as many files as it may: each connection is one, and shells allow 1,024 at first.
pub fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(e) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(error = %e, "no more files can be open at once");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_knows_its_memory_and_its_disk() {
        assert!(memory().is_some_and(|bytes| bytes > 1 << 20));
        assert!(free_space(Path::new("/")).is_some());
        assert_eq!(free_space(Path::new("/no/such/folder")), None);
    }
}
