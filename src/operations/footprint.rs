//! What the process keeps in memory of its own program. The kernel brings in code by sixteen pages at a time, so that after a start, which
//! runs through all of it once, most of the program is there. What is given back comes again from the file where it is really needed.
#![allow(unsafe_code)]
use rustix::mm::{Advice, madvise};
use std::{ops::Range, ptr, time::Duration};

/// How long after it began a start counts as over: its loops have run once by then.
const SETTLED: Duration = Duration::from_secs(5);

/// Waits until the start is over, and gives the pages of the program's code back that only it has needed.
pub async fn give_back_what_only_the_start_needed() {
    actix_rt::time::sleep(SETTLED).await;
    give_back();
}

fn give_back() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
    for Range { start, end } in maps.lines().filter_map(code) {
        // SAFETY: the mapping is private, never written (no `w`) and read from a file, so that its pages come back as they were when touched.
        let given = unsafe { madvise(ptr::with_exposed_provenance_mut(start), end - start, Advice::LinuxDontNeed) };
        if let Err(e) = given {
            tracing::debug!(error = %e, "code could not be given back");
        }
    }
}

/// Where a mapping lies, if it is code from a file. Constants are left alone: the linker has written into some of those pages before it made them
/// constant, and what it wrote would be lost.
fn code(line: &str) -> Option<Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (place, rights, file) = (words.next()?, words.next()?, words.nth(3)?);
    let (start, end) = place.split_once('-')?;
    (rights == "r-xp" && file.starts_with('/')).then_some(usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_given_back_and_the_program_goes_on() {
        assert_eq!(code("55d0c0a00000-55d0c0b00000 r-xp 00400000 fe:00 42   /usr/bin/hookdesk"), Some(0x55d0c0a00000..0x55d0c0b00000));
        for other in [
            "55d0c0b00000-55d0c0c00000 r--p 00500000 fe:00 42   /usr/bin/hookdesk",
            "55d0c0c00000-55d0c0d00000 rw-p 00600000 fe:00 42   /usr/bin/hookdesk",
            "7ffd5a1f0000-7ffd5a1f2000 r-xp 00000000 00:00 0    [vdso]",
            "7f0000000000-7f0000001000 r-xp 00000000 00:00 0",
            "no mapping",
        ] {
            assert_eq!(code(other), None, "{other}");
        }
        give_back();
        assert_eq!((1..=10).map(|n| n.to_string()).collect::<Vec<_>>().join("+"), "1+2+3+4+5+6+7+8+9+10");
    }
}
