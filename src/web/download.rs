//! Tables that are downloaded.
use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

/// A table (CSV) as a file of this name.
pub fn table(name: &str, content: Vec<u8>) -> HttpResponse {
    let name = (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\""));
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header(name).body(content)
}
