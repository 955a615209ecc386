//! What the machine says of this process. Where it does not say it, nothing is shown.
/// The memory in use, in bytes: the resident set.
pub(super) fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_knows_its_memory() {
        assert!(memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}
