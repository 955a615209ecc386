//! A real Chromium on a page of the server, used the way people use it: they read words, press what is called something, and fill
//! in fields by their labels.
use super::chromium::{Chromium, Kind};
use crate::support::{PATIENCE, Server, until};
use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};

/// How the browser is set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub javascript: bool,
    pub language: &'static str,
    pub width: u32,
}

pub const USUAL: Setup = Setup { javascript: true, language: "en", width: 1280 };

/// A script's words for the dialog that covers the page, or the page.
const IN_FRONT: &str = "const inFront = document.querySelector('dialog[open]') ?? document.body;";
/// And for what people see.
const IS_SHOWN: &str = "
    const isShown = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        element.getBoundingClientRect().width > 0 && element.getBoundingClientRect().height > 0;";

/// An open browser. What it still holds open ends when this is dropped.
pub struct Browser {
    chromium: Chromium,
    client: Client,
    root: String,
    /// Whose pages it may know of.
    visited: std::cell::RefCell<Vec<String>>,
    /// Told once with a status of an error, as Chromium itself notes in the console: not a mistake of the page.
    refused: std::cell::Cell<usize>,
    /// What the console has said so far; the driver tells each line once.
    console: std::cell::RefCell<Vec<String>>,
    /// What else the console may say.
    forgiven: std::cell::RefCell<Vec<&'static str>>,
}

impl Browser {
    /// Opens a browser that knows nothing yet, for the pages of a server.
    pub async fn open(server: &Server, setup: Setup) -> Browser {
        let chromium = Chromium::take(Kind { javascript: setup.javascript, language: setup.language }).await;
        let client = chromium.client.clone();
        client.set_window_size(setup.width, 900).await.unwrap();
        let root = format!("http://{}", server.address);
        let visited = vec![root.clone()].into();
        let browser =
            Browser { chromium, client, root, visited, refused: Default::default(), console: Default::default(), forgiven: Default::default() };
        if setup.width < 500 {
            // no window is as narrow as a phone
            let metrics = json!({"width": setup.width, "height": 844, "deviceScaleFactor": 1, "mobile": true});
            browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        }
        browser
    }

    /// Ends as a test that has found everything right: no page has broken the policy for its content, or failed in another way
    /// that the console tells of.
    pub async fn finish(self) {
        let mistakes = self.mistakes().await;
        assert!(mistakes.is_empty(), "the console says: {mistakes:#?}");
        self.chromium.give_back(&self.visited.take()).await;
    }

    /// What the console says, but for statuses that were to be expected.
    async fn mistakes(&self) -> Vec<String> {
        let mut left = self.refused.get();
        let unexpected = self.console().await.into_iter().filter(|text| {
            let of_status = text.contains("the server responded with a status of 4");
            let expected = of_status && left > 0;
            left -= usize::from(expected);
            !expected && !self.forgiven.borrow().iter().any(|forgiven| text.contains(forgiven))
        });
        unexpected.collect()
    }

    /// The warnings and errors in the console.
    async fn console(&self) -> Vec<String> {
        let log = self.chromium.log().await;
        let lines = log.iter().filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING");
        let mut console = self.console.borrow_mut();
        console.extend(lines.map(|line| line["message"].as_str().unwrap().to_owned()));
        console.clone()
    }

    /// Waits until the console says this, which it may.
    pub async fn complains(&self, text: &'static str) {
        self.forgive(text);
        self.eventually(&format!("«{text}» in the console"), async || self.console().await.iter().any(|line| line.contains(text)).then_some(()))
            .await;
    }

    /// Looks at the next window that the page opens.
    pub async fn follow(&self, act: impl AsyncFnOnce()) {
        let before = self.client.windows().await.unwrap();
        act().await;
        let opened = async || self.client.windows().await.ok()?.into_iter().find(|window| !before.contains(window));
        let window = self.eventually("another window", opened).await;
        self.client.switch_to_window(window).await.unwrap();
    }

    /// The next page, or answer, may have a status of 4xx.
    pub fn expect_refusal(&self) {
        self.refused.set(self.refused.get() + 1);
    }

    /// The console may say this, since the test brings it about.
    pub fn forgive(&self, text: &'static str) {
        self.forgiven.borrow_mut().push(text);
    }

    /// Calls the browser itself.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        self.chromium.devtools(command, params).await
    }

    /// Takes the network away, or gives it back.
    pub async fn offline(&self, offline: bool) {
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions).await;
        self.comes_to("navigator.onLine", json!(!offline)).await;
    }

    /// Enters an address.
    pub async fn visit(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.root)).await.unwrap_or_else(|e| panic!("{path}: {e}"));
    }

    /// Enters an address of somebody else's.
    pub async fn go(&self, url: &str) {
        self.visited.borrow_mut().push(url::Url::parse(url).unwrap().origin().ascii_serialization());
        self.client.goto(url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// Looks into a frame of the page from now on, once it is there.
    pub async fn enter(&self, css: &str) {
        let enter = async || self.client.find(Locator::Css(css)).await.ok()?.enter_frame().await.ok();
        self.eventually(css, enter).await;
    }

    /// Looks at the page itself again.
    pub async fn leave(&self) {
        self.client.enter_parent_frame().await.unwrap();
    }

    /// Clicks on the first such element that is shown.
    pub async fn click(&self, css: &str) {
        let all = "return [...document.querySelectorAll(arguments[0])].find(isShown)";
        self.eventually(&format!("{css} to click on"), async || self.element(all, css).await?.click().await.ok()).await;
    }

    /// Chooses a file in the first such field.
    pub async fn choose(&self, css: &str, path: &std::path::Path) {
        self.client.find(Locator::Css(css)).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// Waits until a line of script gives this.
    pub async fn comes_to(&self, script: &str, value: Value) {
        let code = format!("return {script}");
        let look = async || self.client.execute(&code, Vec::new()).await.ok().filter(|found| *found == value);
        let found = actix_rt::time::timeout(PATIENCE / 2, until(script, look)).await;
        if found.is_err() {
            panic!("{script} does not become {value}: it is {}", self.evaluate(script).await);
        }
    }

    /// What a script gives that calls its last argument when it is done.
    pub async fn evaluate_later(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }

    /// A picture of what is to be seen, for whoever wants to look: into the folder that HOOKDESK_TEST_PICTURES names.
    pub async fn picture(&self, name: &str) {
        let Ok(folder) = std::env::var("HOOKDESK_TEST_PICTURES") else { return };
        std::fs::write(format!("{folder}/{name}.png"), self.client.screenshot().await.unwrap()).unwrap();
    }

    /// The address, without the server's part.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.root).unwrap_or(url.as_str()).to_owned()
    }

    /// Waits until the address is this one.
    pub async fn arrives_at(&self, path: &str) {
        self.eventually(&format!("{path} in the address bar"), async || (self.path().await == path).then_some(())).await;
    }

    /// What is to be read on the page, or in the dialog that covers it.
    pub async fn text(&self) -> String {
        let read = self.client.execute(&format!("{IN_FRONT} return inFront?.innerText"), Vec::new()).await;
        // as people read it, to whom all spaces are alike
        read.ok().and_then(|text| text.as_str().map(|text| text.replace('\u{a0}', " "))).unwrap_or_default()
    }

    /// Waits until this is to be read.
    pub async fn sees(&self, text: &str) {
        self.eventually(&format!("«{text}»"), async || self.text().await.contains(text).then_some(())).await;
    }

    /// Waits until this is no longer to be read.
    pub async fn no_longer_sees(&self, text: &str) {
        self.eventually(&format!("the end of «{text}»"), async || (!self.text().await.contains(text)).then_some(())).await;
    }

    /// Presses the link, button or summary that is called this.
    pub async fn press(&self, name: &str) {
        let called = format!("[self::a or self::button or self::summary][normalize-space()={0} or normalize-space(.//*)={0}]", quoted(name));
        self.eventually(&format!("«{name}» to press"), async || {
            let pressed = self.find(&format!(".//*{called}")).await?.click().await;
            pressed.ok()
        })
        .await;
    }

    /// The field with this label.
    pub async fn field(&self, label: &str) -> Element {
        let starts = format!("starts-with(normalize-space(), {})", quoted(label));
        let labelled = format!(".//*[self::input or self::textarea][@id=//label[{starts}]/@for] | .//label[{starts}]//input");
        self.eventually(&format!("the field «{label}»"), async || self.find(&labelled).await).await
    }

    /// Ticks a box, or takes the tick away.
    pub async fn tick(&self, label: &str) {
        let field = self.field(label).await;
        // people scroll what they tick from under what stays in place; the driver does not
        let element = serde_json::to_value(field.clone()).unwrap();
        self.client.execute("arguments[0].scrollIntoView({block: 'center'})", vec![element]).await.unwrap();
        field.click().await.unwrap();
    }

    /// Types into a field in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        let typed = async || {
            let field = self.field(label).await;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        };
        self.eventually(&format!("the field «{label}» to be filled in"), typed).await;
    }

    /// What a field holds. A page that is being left may take the field along; then the next one's is read.
    pub async fn value(&self, label: &str) -> String {
        let held = async || self.field(label).await.prop("value").await.ok().map(Option::unwrap_or_default);
        self.eventually(&format!("what the field «{label}» holds"), held).await
    }

    /// Presses keys where the focus is.
    pub async fn keys(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// An attribute of what has the focus.
    pub async fn focused(&self, attribute: &str) -> String {
        self.client.active_element().await.unwrap().attr(attribute).await.unwrap().unwrap_or_default()
    }

    /// Whether there is such an element.
    pub async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }

    /// An attribute of the first such element.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        let read = async || self.client.find(Locator::Css(css)).await.ok()?.attr(name).await.ok();
        self.eventually(css, read).await.unwrap_or_default()
    }

    /// Waits until an attribute of the first such element is this.
    pub async fn becomes(&self, css: &str, name: &str, value: &str) {
        let read = async || self.client.find(Locator::Css(css)).await.ok()?.attr(name).await.ok()?.filter(|found| found == value);
        self.eventually(&format!("{css}[{name}={value}]"), read).await;
    }

    /// The text of the first such element, shown or not.
    pub async fn content(&self, css: &str) -> String {
        let read = async || self.client.find(Locator::Css(css)).await.ok()?.prop("textContent").await.ok()?;
        self.eventually(css, read).await
    }

    /// What a line of script gives. (The page's own may be off; the driver's is not.)
    pub async fn evaluate(&self, script: &str) -> Value {
        self.client.execute(&format!("return {script}"), Vec::new()).await.unwrap()
    }

    /// The first element shown that this expression finds below what is in front.
    async fn find(&self, xpath: &str) -> Option<Element> {
        let all = "
            const found = inFront && document.evaluate(arguments[0], inFront, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
            return Array.from({ length: found?.snapshotLength ?? 0 }, (_, n) => found.snapshotItem(n)).find(isShown)";
        self.element(all, xpath).await
    }

    /// The element that a script gives. One call of the driver takes it: asked for each element whether it is shown, the driver keeps a
    /// processor busy.
    async fn element(&self, script: &str, argument: &str) -> Option<Element> {
        let found = self.client.execute(&format!("{IN_FRONT} {IS_SHOWN} {script}"), vec![argument.into()]).await.ok()?;
        let id = found.as_object()?.values().next()?.as_str()?;
        Some(Element::from_element_id(self.client.clone(), id.to_owned().into()))
    }

    async fn eventually<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        let found = actix_rt::time::timeout(PATIENCE / 2, until(what, look)).await;
        match found {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what} at {}, where this is to be read:\n{}", self.path().await, self.text().await),
        }
    }
}

/// A text as XPath writes it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'));
    format!("\"{text}\"")
}
