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
    scrollTo(0, 0);
    document.getElementById("main").focus();
  };

  // Going back to what another page showed; a jump within this page leaves it alone.
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) location.reload();
  });

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

  document.querySelector("[data-error-summary]")?.focus();
})();
