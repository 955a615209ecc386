// Elements are made by calls, never from text: what people write becomes text nodes and nothing else.

/** Makes an element: `h('p.note', { lang: 'en', onclick: f }, 'text', child)`. */
export function h(what, props = {}, ...children) {
  const [name, ...classes] = what.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in PROPERTIES) element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const PROPERTIES = { value: 1, checked: 1, disabled: 1, hidden: 1, htmlFor: 1, noValidate: 1, multiple: 1, required: 1 };

// Icons of Lucide (see LICENSES.md), drawn as lines in a box of 24 by 24.
const ICONS = {
  back: 'm15 18-6-6 6-6',
  close: 'M18 6 6 18M6 6l12 12',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  send: 'M3.714 3.048a.498.498 0 0 0-.683.627l2.843 7.627a2 2 0 0 1 0 1.396l-2.842 7.627a.498.498 0 0 0 .682.627l18-8.5a.5.5 0 0 0 0-.904zM6 12h16',
  clip: 'm16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551',
  smile: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20M8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01',
  reply: 'M20 18v-2a4 4 0 0 0-4-4H4M9 17l-5-5 5-5',
  file: 'M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7zM14 2v4a2 2 0 0 0 2 2h4',
  down: 'M12 5v14M19 12l-7 7-7-7',
  check: 'M20 6 9 17l-5-5',
  alert: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20M12 8v4M12 16h.01',
  out: 'M15 3h6v6M10 14 21 3M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6',
  mail: 'm22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2',
  end: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20M9 9h6v6H9z',
  sound: 'M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298zM16 9a5 5 0 0 1 0 6',
  mute: 'M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298zM22 9l-6 6M16 9l6 6',
  'face-1': 'M8.5 9.5v.5M15.5 9.5v.5M8 17c.8-1.7 2.2-2.6 4-2.6s3.200.9 4 2.6M7 7.8l2.6-.9M17 7.8l-2.6-.9',
  'face-2': 'M8.5 9v.8M15.5 9v.8M8.5 16c.9-.9 2-1.3 3.5-1.3s2.600.4 3.5 1.3',
  'face-3': 'M8.5 9v.8M15.5 9v.8M8.5 15h7',
  'face-4': 'M8.5 9v.8M15.5 9v.8M8 14c.9 1.3 2.2 2 4 2s3.1-.7 4-2',
  'face-5': 'M7.5 9.6c.3-.9 1.7-.9 2 0M14.5 9.6c.3-.9 1.7-.9 2 0M7 13.5h10c-.4 2.5-2.3 4-5 4s-4.6-1.5-5-4',
  star: 'm12 2.6 2.9 5.9 6.5.95-4.7 4.6 1.1 6.45L12 17.45 6.2 20.5l1.1-6.45-4.7-4.6 6.5-.95z',
};

const SVG = 'http://www.w3.org/2000/svg';

/** An icon for eyes only: what it means stands beside it or in the label of its button. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that is an icon alone. */
export function iconButton(name, label, onclick, props = {}) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick, ...props }, icon(name));
}

/** A picture of somebody, or what their name begins with. */
export function avatar(name, url, online) {
  const first = [...(name || '?').trim()][0]?.toUpperCase() ?? '?';
  const face = h('span.avatar', { 'aria-hidden': 'true', 'data-online': online ? '' : undefined }, first);
  const link = safePicture(url);
  if (link) face.append(h('img', { src: link, alt: '', loading: 'lazy', onerror: (event) => event.target.remove() }));
  return face;
}

/** Only links that lead to a page, a mail program or a telephone are links. */
export function safeLink(url) {
  return checked(url, ['http:', 'https:', 'mailto:', 'tel:']);
}

/** Only pictures, sounds and files of the web are loaded. */
export function safePicture(url) {
  return checked(url, ['http:', 'https:']);
}

function checked(url, protocols) {
  if (typeof url !== 'string' || !url.trim()) return undefined;
  try {
    const parsed = new URL(url.trim(), location.href);
    return protocols.includes(parsed.protocol) ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

/** A link to the outside: it gets no handle on this window, and learns nothing of the page. */
export function outside(url, props, ...children) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow', ...props }, ...children);
}

/** Makes the children of a list these, and moves none that stays in place: focus and half-written fields survive. */
export function settle(parent, children) {
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}
