//! What clients say of a file before they bring it.
use super::commands::Announcement;
use crate::{
    error::{Error, Result},
    web::{
        Input,
        fields::{Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The body of announcing a file, as clients of ActiveStorage send it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Announced {
    /// What it is called.
    filename: Text,
    /// Its media type; without one it is looked at when it has come.
    content_type: Patch<Text>,
    /// Its length, in bytes.
    byte_size: Patch<u64>,
    /// The MD5 of what is in it, in base64.
    checksum: Text,
}

impl Input for Announced {
    const ROOT: &'static str = "blob";
}

impl Announced {
    /// What is announced.
    ///
    /// # Errors
    /// [`Error::Refused`] without a length.
    pub fn read(self) -> Result<Announcement> {
        let Announced { filename, content_type, byte_size, checksum } = self;
        let content_type = content_type.set().map(|kind| kind.0).unwrap_or_default();
        let byte_size = byte_size.set().ok_or_else(|| Error::Refused("byte_size: the length of the file is expected here, in bytes".into()))?;
        Ok(Announcement { filename: filename.0, content_type, byte_size, checksum: checksum.0 })
    }
}
