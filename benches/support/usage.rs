//! What a process has used, from `/proc`.
use std::fs::read_to_string;

/// `VmRSS` (now) or `VmHWM` (the most so far) of a process, in MB.
pub fn memory(pid: u32, name: &str) -> f64 {
    let status = read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes: f64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN);
    kilobytes / 1024.0
}

/// The fields of `/proc/PID/stat` from the third on, the state.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

/// The processor time of a process so far, in milliseconds; the kernel counts in hundredths of a second.
pub fn cpu(pid: u32) -> f64 {
    stat(pid).map_or(f64::NAN, |stat| (stat[11] + stat[12]) as f64 * 10.0)
}

/// The same of a process, its children that have ended, and those that run.
pub fn cpu_of_family(parent: u32) -> f64 {
    let running = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = running.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    let children = pids.filter_map(stat).filter(|stat| stat[1] == u64::from(parent)).map(|stat| (stat[11] + stat[12]) as f64 * 10.0);
    let own = stat(parent).map_or(f64::NAN, |stat| stat[11..15].iter().sum::<u64>() as f64 * 10.0);
    own + children.sum::<f64>()
}
