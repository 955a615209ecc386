//! Style, script, icons and fonts, compiled into the binary.
//!
//! All of them are served below one hash of their contents (`/static/<hash>/app.css`), so that relative links among them hold, a browser keeps
//! them for a year, and a new version is fetched the moment a page names it.

use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use flate2::{Compression, write::GzEncoder};

/// A file that pages use.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $content_type:expr),* $(,)?) => {
        &[$(Asset { name: $name, content_type: $content_type, body: include_bytes!(concat!("../../static/", $name)) }),*]
    };
}

const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const WOFF2: &str = "font/woff2";

static ASSETS: &[Asset] = assets! {
    "app.css": CSS,
    "app.js": JS,
    "help_centre.css": CSS,
    "help_centre.js": JS,
    "icons.svg": SVG,
    "favicon.svg": SVG,
    "fonts/inter-latin.woff2": WOFF2,
    "fonts/inter-latin-ext.woff2": WOFF2,
    "fonts/noto-sans-thai.woff2": WOFF2,
    "fonts/jetbrains-mono.woff2": WOFF2,
    "widget/frame.css": CSS,
    "widget/sdk.js": JS,
    "widget/api.js": JS,
    "widget/boot.js": JS,
    "widget/bridge.js": JS,
    "widget/cable.js": JS,
    "widget/campaigns.js": JS,
    "widget/colour.js": JS,
    "widget/composer.js": JS,
    "widget/dom.js": JS,
    "widget/emoji.js": JS,
    "widget/fields.js": JS,
    "widget/header.js": JS,
    "widget/home.js": JS,
    "widget/interactive.js": JS,
    "widget/main.js": JS,
    "widget/message.js": JS,
    "widget/page.js": JS,
    "widget/prechat.js": JS,
    "widget/refusals.js": JS,
    "widget/sound.js": JS,
    "widget/store.js": JS,
    "widget/team.js": JS,
    "widget/text.js": JS,
    "widget/thread.js": JS,
    "widget/words.js": JS,
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

/// The same assets compressed, each once somebody has asked for it.
static COMPRESSED: LazyLock<Vec<OnceLock<Vec<u8>>>> = LazyLock::new(|| ASSETS.iter().map(|_| OnceLock::new()).collect());

/// The addresses of all scripts in a folder.
pub fn scripts(folder: &str) -> impl Iterator<Item = String> {
    ASSETS.iter().filter(move |asset| asset.name.starts_with(folder) && asset.content_type == JS).map(|asset| url(asset.name))
}

/// The asset of this name.
pub fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Tells versions of all assets apart.
pub fn version() -> &'static str {
    &HASH
}

impl Asset {
    /// What is sent over the network to whoever takes gzip: empty where that makes nothing smaller, as with fonts and pictures.
    pub fn compressed(&self) -> &'static [u8] {
        let Some(place) = ASSETS.iter().position(|asset| asset.name == self.name).and_then(|at| COMPRESSED.get(at)) else { return &[] };
        place.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            let written = encoder.write_all(self.body).and_then(|()| encoder.finish()).unwrap_or_default();
            if written.len() < self.body.len() * 9 / 10 { written } else { Vec::new() }
        })
    }

    /// Answers with it, compressed for whoever takes that.
    pub fn answer(&'static self, request: &HttpRequest, mut response: HttpResponseBuilder) -> HttpResponse {
        let accepted = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let takes_gzip = accepted.map(|coding| coding.trim().to_ascii_lowercase()).any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding.as_str(), "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(1.0);
            name.trim() == "gzip" && weight > 0.0
        });
        response.insert_header((header::CONTENT_TYPE, self.content_type)).insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        let compressed = self.compressed();
        if compressed.is_empty() {
            return response.body(self.body);
        }
        response.insert_header((header::VARY, "accept-encoding"));
        if takes_gzip { response.insert_header((header::CONTENT_ENCODING, "gzip")).body(compressed) } else { response.body(self.body) }
    }
}

/// Answers `GET /static/{hash}/{name}`.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/static/{hash}/{name:.*}", web::get().to(serve)).route("/static/{hash}/{name:.*}", web::head().to(serve));
}

async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(asset) = named(&name) else {
        return HttpResponse::NotFound().finish();
    };
    // A page of the version before (or after, while nodes are replaced one by one) still gets its style, but must not keep it under that name.
    let caching = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, caching));
    asset.answer(&request, response)
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

    #[actix_rt::test]
    async fn whoever_takes_gzip_gets_it_where_it_helps() {
        let app = test::init_service(App::new().configure(routes)).await;
        let ask = async |name: &str, codings: &str| {
            test::call_service(&app, test::TestRequest::get().uri(&url(name)).insert_header(("accept-encoding", codings)).to_request()).await
        };
        let small = ask("app.css", "br;q=1.0, GZIP;q=0.5").await;
        assert_eq!((header(&small, "content-encoding"), header(&small, "vary")), ("gzip", "accept-encoding"));
        let mut whole = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&test::read_body(small).await[..]), &mut whole).unwrap();
        assert_eq!(whole, include_bytes!("../../static/app.css"));
        for (name, codings) in [("app.css", "gzip;q=0, br"), ("app.css", ""), ("fonts/jetbrains-mono.woff2", "gzip")] {
            assert_eq!(header(&ask(name, codings).await, "content-encoding"), "", "{name} {codings}");
        }
    }

    /// What a website's pages load with the chat. Nobody waits for a chat.
    #[::core::prelude::v1::test]
    fn the_widget_is_small() {
        let size = |asset: &Asset| asset.compressed().len();
        let sdk = named("widget/sdk.js").map(size).unwrap();
        let frame: usize = ASSETS.iter().filter(|asset| asset.name.starts_with("widget/") && asset.name != "widget/sdk.js").map(size).sum();
        assert!(sdk > 1000 && sdk < 10_000, "the script has {sdk} bytes");
        assert!(frame > 10_000 && frame < 60_000, "the frame has {frame} bytes");
        let listed = |name: &str| ASSETS.iter().any(|asset| asset.name == format!("widget/{name}"));
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/widget")).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            assert!(listed(&name), "{name} is not served");
            let text = std::fs::read_to_string(entry.path()).unwrap();
            assert!(text.lines().count() <= 400, "{name} has more than 400 lines");
            for mark in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                assert!(!text.contains(mark), "{name} makes elements or code from text: {mark}");
            }
        }
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
