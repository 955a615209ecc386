//! A website of somebody else's, with a page that shows the chat: served from an origin of its own, under a policy that allows it nothing but what
//! it needs for us.
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::sync::{Arc, Mutex};

/// A website that is open.
pub struct Site {
    address: std::net::SocketAddr,
    handle: actix_web::dev::ServerHandle,
    page: Arc<Mutex<String>>,
}

impl Site {
    /// Opens one whose pages hold this snippet of a server at this address. `settings` is what the page sets as `window.chatwootSettings`.
    pub fn open(server: &str, snippet: &str, settings: &str) -> Site {
        let site = Site::serve(format!("default-src 'none'; script-src 'nonce-snippet' {server}; frame-src {server}; style-src 'self'"));
        site.shows(snippet, settings);
        site
    }

    /// Opens one that has no page yet, under this policy.
    pub fn serve(policy: String) -> Site {
        let page = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&page);
        let serve = move |request: HttpRequest, page: web::Data<Arc<Mutex<String>>>| {
            let policy = policy.clone();
            async move {
                if request.path() == "/favicon.ico" {
                    return HttpResponse::NoContent().finish();
                }
                let body = page.lock().unwrap().clone();
                HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(("content-security-policy", policy)).body(body)
            }
        };
        let server = HttpServer::new(move || App::new().app_data(web::Data::new(Arc::clone(&shown))).default_service(web::to(serve.clone())))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        actix_rt::spawn(running);
        Site { address, handle, page }
    }

    /// Shows this page from now on.
    pub fn holds(&self, page: String) {
        *self.page.lock().unwrap() = page;
    }

    /// Shows a page with this snippet and these settings from now on.
    pub fn shows(&self, snippet: &str, settings: &str) {
        let events = ["ready", "error", "on-message", "on-start-conversation", "postback", "opened", "closed"];
        let listen = format!(
            "window.heard = []; {events:?}.forEach((name) => addEventListener('chatwoot:' + name, (event) => heard.push([name, event.detail])));"
        );
        let snippet = snippet.replace("<script>", "<script nonce=\"snippet\">");
        let head =
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shop</title><meta name=\"viewport\" content=\"width=device-width\">";
        self.holds(format!(
            "{head}<body><main><h1>Shop</h1></main><script nonce=\"snippet\">{listen} window.chatwootSettings = {settings};</script>{snippet}"
        ));
    }

    /// The address of a page of it.
    pub fn page(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn close(self) {
        self.handle.stop(false).await;
    }
}
