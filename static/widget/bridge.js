// The frame's side of what page and frame say to each other. Shown by itself (in a window of its own), it speaks to nobody; inside a mobile
// app it speaks to the app.

const PREFIX = 'chatwoot-widget:';

/** Whether a page holds this frame. */
export const isFramed = window.parent !== window;

/** The page's origin, where the browser tells it. */
const parentOrigin = isFramed ? location.ancestorOrigins?.[0] ?? '*' : undefined;

/** Tells the page. */
export function tell(event, value = {}) {
  const message = PREFIX + JSON.stringify({ event, ...value });
  if (isFramed) window.parent.postMessage(message, parentOrigin === 'null' ? '*' : parentOrigin);
  else window.ReactNativeWebView?.postMessage(message);
}

/** Fires an event of the page's window. */
export function fire(eventIdentifier, data) {
  tell('onEvent', { eventIdentifier, data });
}

/** Calls the function of each event that the page tells, and no others. */
export function listen(handlers) {
  window.addEventListener('message', (event) => {
    const fromPage = isFramed ? event.source === window.parent : window.ReactNativeWebView && (!event.source || event.source === window);
    if (!fromPage || typeof event.data !== 'string' || !event.data.startsWith(PREFIX)) return;
    let message;
    try {
      message = JSON.parse(event.data.slice(PREFIX.length));
    } catch {
      return;
    }
    if (message && Object.hasOwn(handlers, message.event)) handlers[message.event](message);
  });
}
