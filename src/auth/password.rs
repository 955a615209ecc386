//! Passwords, as argon2id hashes.
use crate::error::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// How many passwords are hashed at once: each takes 19 MiB, and a flood of sign-ins shall not fill the memory.
static DESKS: Semaphore = Semaphore::const_new(4);

/// Hashes a password, on a blocking thread: it takes tens of milliseconds, on purpose.
///
/// # Errors
/// When the operating system has no randomness to give.
pub async fn hash_password(password: String) -> Result<String> {
    let desk = DESKS.acquire().await.map_err(Error::internal)?;
    let hash = move || {
        // kept until the thread is done, also when the client has gone away
        let _desk = desk;
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal)
    };
    actix_rt::task::spawn_blocking(hash).await.map_err(Error::internal)?
}

/// Whether the password is the one that was hashed. Without a hash (no such user) it works as long and says no, so that
/// the time of the answer does not tell who has an account.
///
/// # Errors
/// When the blocking thread is gone.
pub async fn verify_password(password: String, hash: Option<String>) -> Result<bool> {
    let desk = DESKS.acquire().await.map_err(Error::internal)?;
    let check = move || {
        let _desk = desk;
        let known = hash.as_deref().unwrap_or(NOBODY);
        let verified = PasswordHash::new(known).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
        verified && hash.is_some()
    };
    actix_rt::task::spawn_blocking(check).await.map_err(Error::internal)
}

/// A hash with the cost of a real one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$JdNAD+3ExCO5VS9G4Rp6RZv2xmqBhGqZfXqzmgUi8o0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_verify_and_nobody_costs_the_same() -> Result<()> {
        actix_rt::System::new().block_on(verify_each())
    }

    async fn verify_each() -> Result<()> {
        let hash = hash_password("Passw0rd!".into()).await?;
        assert!(verify_password("Passw0rd!".into(), Some(hash.clone())).await?);
        assert!(!verify_password("passw0rd!".into(), Some(hash.clone())).await?);
        assert!(!verify_password("Passw0rd!".into(), None).await?);
        let cost = |hash: &str| PasswordHash::new(hash).map(|parsed| (parsed.params.to_string(), parsed.hash.map(|output| output.len())));
        assert_eq!(cost(&hash).map_err(Error::internal)?, cost(NOBODY).map_err(Error::internal)?);
        Ok(())
    }
}
