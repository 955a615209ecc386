//! Locks that are never lost.
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a lock guards. Whoever holds one does nothing that can panic before what it changes is whole, so a poisoned lock is as good as any.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
