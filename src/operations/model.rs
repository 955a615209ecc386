//! What is watched.
use crate::{db::types::now, web::Traffic, webhooks::Figures};
use actix_web::web::Data;
use chrono::NaiveDateTime;

/// The numbers of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Its requests.
    pub traffic: Data<Traffic>,
    /// Its deliveries.
    pub figures: Figures,
    /// Since when it runs.
    pub started: NaiveDateTime,
}

impl Watch {
    /// All zero, from now on.
    pub fn new(figures: Figures) -> Watch {
        Watch { traffic: Data::new(Traffic::default()), figures, started: now() }
    }
}
