//! Style, script, icons and fonts, compiled into the binary.
//!
//! All of them are served below one hash of their contents (`/static/<hash>/app.css`), so that relative links among them hold, a browser keeps
//! them for a year, and a new version is fetched the moment a page names it.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

/// A file that pages use.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $content_type:expr),* $(,)?) => {
        &[$(Asset { name: $name, content_type: $content_type, body: include_bytes!(concat!("../../static/", $name)) }),*]
    };
}

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const WOFF2: &str = "font/woff2";

static ASSETS: &[Asset] = assets! {
    "app.css": CSS,
    "app.js": "text/javascript; charset=utf-8",
    "icons.svg": SVG,
    "favicon.svg": SVG,
    "fonts/inter-latin.woff2": WOFF2,
    "fonts/inter-latin-ext.woff2": WOFF2,
    "fonts/noto-sans-thai.woff2": WOFF2,
    "fonts/jetbrains-mono.woff2": WOFF2,
};

static HASH: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a: it tells versions apart, it guards nothing.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in ASSETS.iter().flat_map(|asset| asset.body) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
});

/// The address of an asset for a page, which changes whenever any asset does.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", *HASH)
}

/// Answers `GET /static/{hash}/{name}`.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/static/{hash}/{name:.*}", web::get().to(serve)).route("/static/{hash}/{name:.*}", web::head().to(serve));
}

async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return HttpResponse::NotFound().finish();
    };
    // A page of the version before (or after, while nodes are replaced one by one) still gets its style, but must not keep it under that name.
    let caching = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(asset.body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::dev::ServiceResponse;
    use actix_web::{App, test};
    use std::path::Path;

    fn header<'a>(answer: &'a ServiceResponse, name: &str) -> &'a str {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[actix_rt::test]
    async fn assets_are_served_for_ever_under_their_hash() {
        let app = test::init_service(App::new().configure(routes)).await;
        let answer = test::call_service(&app, test::TestRequest::get().uri(&url("app.css")).to_request()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), "text/css; charset=utf-8");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
        let font = test::call_service(&app, test::TestRequest::get().uri(&url("fonts/jetbrains-mono.woff2")).to_request()).await;
        assert_eq!(header(&font, "content-type"), "font/woff2");
        let stale = test::call_service(&app, test::TestRequest::get().uri("/static/0123/app.css").to_request()).await;
        assert_eq!(header(&stale, "cache-control"), "no-cache");
        let missing = test::call_service(&app, test::TestRequest::get().uri(&url("../Cargo.toml")).to_request()).await;
        assert_eq!(missing.status(), 404);
    }

    /// The names that follow `.icon("` in the templates below a folder.
    fn icons_used(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                icons_used(&path, found);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.extend(text.split(".icon(\"").skip(1).filter_map(|piece| piece.split('"').next()).map(str::to_owned));
            }
        }
    }

    #[::core::prelude::v1::test]
    fn every_icon_that_a_template_names_is_drawn() {
        let sprite = include_str!("../../static/icons.svg");
        let mut names = Vec::new();
        icons_used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut names);
        assert!(names.len() > 30, "only {} icons found: has the way of writing them changed?", names.len());
        for name in names {
            assert!(sprite.contains(&format!("id=\"{name}\"")), "there is no icon called {name}");
        }
    }
}
