// Comfort for pages that all work without it: dialogs in place of pages, copying, a dismissed message.
// Everything hangs on `document`, so that what arrives later (a dialog's content) needs no set-up.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const announce = (text) => {
    const live = document.querySelector("dialog[open] [data-live]") || document.getElementById("live");
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 50);
  };

  // ---- copying ----

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Without https there is no clipboard for scripts: select the text, so that one key copies it.
      source.closest("details")?.setAttribute("open", "");
      getSelection().selectAllChildren(source);
      if (!document.execCommand("copy")) return;
    }
    button.classList.add("done");
    announce(button.dataset.done);
    setTimeout(() => button.classList.remove("done"), 1600);
  };

  // ---- dialogs ----

  let opener = null;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // Puts a page's fragment into the dialog; false when the page has none.
  const fill = (dialog, page) => {
    const content = page.querySelector("[data-dialog-content]");
    if (!content) return false;
    const heading = content.querySelector("h1, h2");
    // The page below has its own first heading.
    const title = document.createElement("h2");
    title.id = "dialog-title";
    title.textContent = heading.textContent;
    heading.replaceWith(title);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button dialog-close";
    close.dataset.dialogClose = "";
    close.title = content.querySelector("[data-dialog-close]").textContent.trim();
    close.setAttribute("aria-label", close.title);
    close.append(icon("x"));
    const live = document.createElement("p");
    live.className = "sr-only";
    live.setAttribute("role", "status");
    live.dataset.live = "";
    dialog.replaceChildren(content, close, live);
    const target = content.querySelector("[data-error-summary]") ||
      content.querySelector("form input:not([type=hidden])") || content.querySelector("[data-dialog-close]");
    target.focus();
    return true;
  };

  const icon = (name) => {
    const sprite = document.querySelector(".icon use").getAttribute("href").split("#")[0];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };

  const openDialog = async (link) => {
    let page = null;
    try {
      const response = await fetch(link.href, { headers: { accept: "text/html" } });
      if (response.ok && !response.redirected) page = parse(await response.text());
    } catch { /* The page itself will say what is wrong. */ }
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "dialog-title");
    if (!page?.querySelector("[data-dialog-content]")) {
      location.assign(link.href);
      return;
    }
    opener = link;
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener?.focus();
    });
    // A press that begins on the backdrop and ends there closes; one that began in a field does not.
    let pressed = null;
    dialog.addEventListener("pointerdown", (event) => { pressed = event.target; });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog && pressed === dialog) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
    fill(dialog, page);
  };

  const submitDialog = async (form, submitter) => {
    const dialog = form.closest("dialog");
    const buttons = form.querySelectorAll("button");
    let response;
    try {
      const body = new URLSearchParams(new FormData(form, submitter));
      buttons.forEach((button) => { button.disabled = true; });
      response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    } catch {
      buttons.forEach((button) => { button.disabled = false; });
      form.submit();
      return;
    }
    const page = parse(await response.text());
    if (!response.redirected && fill(dialog, page)) return;
    show(page, response.redirected ? response.url : location.href);
  };

  // The answer is already here, and with it a message that is told only once: show it rather than fetch it again.
  let shown = location.pathname + location.search;

  const show = (page, url) => {
    opener = null;
    history.pushState(null, "", url);
    shown = location.pathname + location.search;
    document.title = page.title;
    document.body.replaceWith(page.body);
    follow();
    scrollTo(0, 0);
    document.getElementById("main").focus();
  };

  // Going back to what another page showed; a jump within this page leaves it alone.
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) location.reload();
  });

  // ---- pages that follow what happens ----
  // The server draws; here is only known that there is something new, and which parts of the page to draw again.

  let stream = null;
  let pending = null;
  let last = 0;

  const redraw = async () => {
    const url = location.href;
    let page;
    try {
      const response = await fetch(url, { headers: { accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      page = parse(await response.text());
    } catch {
      return;
    }
    if (url !== location.href || document.querySelector("dialog[open]")) return;
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!fresh) continue;
      // What somebody has typed into a filter stays.
      const form = part.querySelector("form.log-filter");
      const known = new Set([...part.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
      const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const replaced = fresh.querySelector("form.log-filter");
      if (form && replaced) {
        const rest = [...fresh.childNodes].slice([...fresh.childNodes].indexOf(replaced) + 1);
        while (form.nextSibling) form.nextSibling.remove();
        form.after(...rest);
      } else {
        part.replaceWith(fresh);
      }
      const now = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (known.size) {
        now.querySelectorAll("[data-row]").forEach((row) => { if (!known.has(row.dataset.row)) row.classList.add("fresh"); });
      }
      if (focused && !document.activeElement?.getAttribute("href")) now.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    }
    sign();
    every();
  };

  // At once, and then not more often than once in two seconds; what nobody looks at waits.
  const soon = () => {
    if (pending || document.hidden) return;
    pending = setTimeout(async () => {
      last = Date.now();
      await redraw();
      pending = null;
    }, Math.max(0, last + 2000 - Date.now()));
  };

  const sign = () => {
    const open = stream?.readyState === EventSource.OPEN;
    document.querySelectorAll("[data-live-sign]").forEach((element) => { element.hidden = !open; });
  };

  const every = () => {
    const seconds = document.querySelector("[data-every]")?.dataset.every;
    if (seconds) setTimeout(() => { if (document.querySelector("[data-every]")) soon(); }, seconds * 1000);
  };

  const follow = () => {
    stream?.close();
    stream = null;
    const path = document.querySelector("[data-stream]")?.dataset.stream;
    if (path && window.EventSource) {
      stream = new EventSource(path);
      let opened = false;
      stream.addEventListener("ready", () => {
        // After a connection was lost, something may have been missed.
        if (opened) soon();
        opened = true;
        sign();
      });
      stream.addEventListener("delivery", soon);
      stream.addEventListener("attempt", soon);
      stream.addEventListener("arrival", soon);
      stream.addEventListener("error", sign);
    }
    every();
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (stream || document.querySelector("[data-every]"))) soon();
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  follow();

  // ---- one ear for all ----

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    let element;
    if ((element = hit("[data-copy]"))) {
      copy(element);
    } else if ((element = hit("[data-dismiss]"))) {
      element.closest(".flash").remove();
    } else if ((element = hit("[data-check-all]"))) {
      const boxes = [...element.closest("fieldset").querySelectorAll(".event-groups input[type=checkbox]")];
      const all = boxes.every((box) => box.checked);
      boxes.forEach((box) => { box.checked = !all; });
    } else if ((element = hit("dialog [data-dialog-close]"))) {
      event.preventDefault();
      element.closest("dialog").close();
    } else if (plain && (element = hit("a[data-dialog]")) && window.HTMLDialogElement) {
      event.preventDefault();
      openDialog(element);
    } else if (!hit(".topmenu")) {
      document.querySelector(".topmenu[open]")?.removeAttribute("open");
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("dialog")) return;
    event.preventDefault();
    submitDialog(event.target, event.submitter);
  });

  // Whoever has come by a link that signs in wants no more of that page; what only looks at it in advance has no eyes.
  const atOnce = document.querySelector("form[data-submit-at-once]");
  if (atOnce && document.visibilityState === "visible" && !document.prerendering) atOnce.requestSubmit();

  document.querySelector("[data-error-summary]")?.focus();
})();
