//! The pages of help centres, for anybody: `/hc/{slug}`. They set no cookie, need no script, and are the same for everybody, so that browsers and
//! proxies may keep them for a while.
mod answer;
mod articles;
mod frame;
mod json;
mod map;
mod pages;
mod theme;

use actix_web::{
    Resource, guard,
    middleware::from_fn,
    web::{ServiceConfig, get, head, resource, scope},
};

/// The routes.
pub fn routes(cfg: &mut ServiceConfig) {
    let pages = scope("/hc")
        .wrap(from_fn(answer::serve))
        .default_service(actix_web::web::to(answer::nothing))
        .service(page("/theme/{color}.css", get().to(theme::style), head().to(theme::style)))
        .service(page("/{portal}/sitemap.xml", get().to(map::sitemap), head().to(map::sitemap)))
        .service(page("/{portal}/articles/{article}", get().to(articles::article), head().to(articles::article)))
        .service(page("/{portal}/{locale}/articles.json", get().to(json::articles), head().to(json::articles)))
        .service(page("/{portal}/{locale}/search", get().to(pages::search), head().to(pages::search)))
        .service(page("/{portal}/{locale}/articles", get().to(pages::elsewhere), head().to(pages::elsewhere)))
        .service(page("/{portal}/{locale}/categories", get().to(pages::elsewhere), head().to(pages::elsewhere)))
        .service(page("/{portal}/{locale}/categories/{category}/articles.json", get().to(json::of_category), head().to(json::of_category)))
        .service(page("/{portal}/{locale}/categories/{category}", get().to(pages::category), head().to(pages::category)))
        .service(page("/{portal}/{locale}", get().to(pages::home), head().to(pages::home)))
        .service(page("/{portal}", get().to(pages::start), head().to(pages::start)));
    cfg.service(pages);
    // whoever comes by another name than the server's own may want a help centre
    let by_another_name = guard::fn_guard(answer::is_by_another_name);
    let start = resource("/").guard(guard::Any(guard::Get()).or(guard::Head())).guard(by_another_name).wrap(from_fn(answer::serve));
    cfg.service(start.route(get().to(pages::at_host)).route(head().to(pages::at_host)));
}

fn page(path: &str, get: actix_web::Route, head: actix_web::Route) -> Resource {
    resource(path).route(get).route(head)
}
