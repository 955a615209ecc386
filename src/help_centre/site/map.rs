//! What search engines are told that there is.
use super::{
    answer::kept,
    frame::{article, segment, whole},
};
use crate::{config::Config, db::Db, error::Result, help_centre::queries, web::json::Iso};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use std::fmt::Write;

/// The starts in all languages, and all articles that anybody may read.
pub async fn sitemap(request: HttpRequest, db: Data<Db>, config: Data<Config>, slug: Path<String>) -> Result<HttpResponse> {
    let (portal, articles) = db
        .read(move |conn| {
            let portal = queries::open(conn, &slug)?;
            let articles = queries::sitemap(conn, portal.id)?;
            Ok((portal, articles))
        })
        .await?;
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    // names of hosts, codes of languages and what is written in per cents hold nothing that means something in XML
    for locale in portal.config.0.open_locales() {
        let home = format!("/hc/{}/{}", segment(&portal.slug), segment(locale));
        let _ = writeln!(xml, "<url><loc>{}</loc></url>", whole(&portal, &config, &home));
    }
    for (locale, slug, changed) in articles {
        if portal.config.0.open_locales().any(|open| open == locale) {
            let changed = serde_json::to_value(Iso(changed)).unwrap_or_default();
            let (place, changed) = (whole(&portal, &config, &article(&portal, &slug)), changed.as_str().unwrap_or_default().to_owned());
            let _ = writeln!(xml, "<url><loc>{place}</loc><lastmod>{changed}</lastmod></url>");
        }
    }
    xml.push_str("</urlset>\n");
    Ok(kept(&request, "application/xml; charset=utf-8", xml))
}
