//! The key from which the secrets of all second factors follow. It is not in the database, so that a copy of that alone makes nobody's codes.
use crate::{
    config::{Config, Database},
    error::{Error, Result},
    random,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// How many bytes a secret has, as RFC 4226 recommends.
const SECRET: usize = 20;

/// The file in the data folder.
const FILE: &str = "secret.key";

/// The key of this installation. `app` puts it into [`crate::db::Shared`]; where there is none, nobody gets a second factor.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// The key of the setting; else, where this node has the database alone, that of the data folder, which is made if it is missing. Several nodes
    /// have no folder in common, so they have none without the setting.
    ///
    /// # Errors
    /// [`Error::Internal`] when the file can neither be read nor made.
    pub fn of(config: &Config) -> Result<Option<Key>> {
        match (&config.secret_key, &config.database) {
            (Some(secret), _) => Ok(Some(Key(secret.0.clone()))),
            (None, Database::Sqlite(_)) => Key::in_file(&config.data_dir.join(FILE)).map(Some),
            (None, Database::Postgres(_)) => Ok(None),
        }
    }

    fn in_file(path: &Path) -> Result<Key> {
        let named = |e: std::io::Error| Error::Internal(format!("{}: {e}", path.display()));
        match fs::read_to_string(path) {
            Ok(text) if text.trim().len() >= 16 => return Ok(Key(text.trim().to_owned())),
            Ok(_) => return Err(Error::Internal(format!("{} holds no key of at least 16 characters", path.display()))),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(named(e)),
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(named)?;
        }
        let key = random::secret()?;
        // never half a key, and never in place of another
        let fresh = path.with_extension("new");
        let _ = fs::remove_file(&fresh);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).map_err(named)?;
        file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(named)?;
        fs::rename(&fresh, path).map_err(named)?;
        Ok(Key(key))
    }

    /// The secret that follows from a seed.
    pub(super) fn secret(&self, seed: &str) -> Result<[u8; SECRET]> {
        let mut secret = [0; SECRET];
        secret.copy_from_slice(&self.mac("secret", seed)?[..SECRET]);
        Ok(secret)
    }

    /// Tells this key from another, and nothing else about it.
    pub(super) fn print(&self) -> Result<String> {
        Ok(self.mac("print", "")?[..8].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn mac(&self, what: &str, of: &str) -> Result<[u8; 32]> {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).map_err(Error::internal)?;
        Ok(mac.chain_update(format!("hookdesk mfa {what} {of}")).finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join(FILE);
        let (first, second) = (Key::in_file(&path).unwrap(), Key::in_file(&path).unwrap());
        assert_eq!(first.0, second.0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(first.print().unwrap(), second.print().unwrap());
        assert_ne!(first.secret("a").unwrap(), first.secret("b").unwrap());
        fs::write(&path, "short").unwrap();
        assert!(Key::in_file(&path).is_err());
    }

    #[test]
    fn the_setting_comes_first_and_several_nodes_have_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults().unwrap();
        config.data_dir = folder.path().into();
        config.database = Database::Postgres("postgres://localhost/x".into());
        assert!(Key::of(&config).unwrap().is_none());
        config.secret_key = Some(crate::config::Secret("0123456789abcdef".into()));
        assert_eq!(Key::of(&config).unwrap().unwrap().0, "0123456789abcdef");
    }
}
