// What people write: text with a little Markdown. It is read into nodes: no piece of it is ever taken for markup by the browser.
import { h, outside, safeLink } from './dom.js';

const LONGEST = 150000;
const DEEPEST = 6;

/** Draws a text as paragraphs, lists, quotes and blocks of code. */
export function markdown(text) {
  const lines = String(text ?? '').slice(0, LONGEST).replace(/\r\n?/g, '\n').split('\n');
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const kind = KINDS.find(({ begins }) => begins.test(line));
    if (kind) {
      at = kind.take(lines, at, blocks);
    } else if (!line.trim()) {
      at += 1;
    } else {
      const from = at;
      while (at < lines.length && lines[at].trim() && !KINDS.some(({ begins }) => begins.test(lines[at]))) at += 1;
      blocks.push(h('p', {}, broken(lines.slice(from, at))));
    }
  }
  return blocks;
}

/** The text alone, on one line, for previews and for what is read out. */
export function plain(text) {
  return String(text ?? '').replace(/^[ \t]*[-+*][ \t]+/gm, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*_`~>#]+/g, '').replace(/\s+/g, ' ').trim();
}

const KINDS = [
  {
    begins: /^\s*```/,
    take(lines, at, blocks) {
      let end = at + 1;
      while (end < lines.length && !/^\s*```/.test(lines[end])) end += 1;
      blocks.push(h('pre', { tabindex: 0 }, h('code', {}, lines.slice(at + 1, end).join('\n'))));
      return end + 1;
    },
  },
  { begins: /^\s*[-*+]\s+\S/, take: (lines, at, blocks) => list('ul', /^\s*[-*+]\s+(.*)$/, lines, at, blocks) },
  { begins: /^\s*\d{1,9}[.)]\s+\S/, take: (lines, at, blocks) => list('ol', /^\s*\d{1,9}[.)]\s+(.*)$/, lines, at, blocks) },
  {
    begins: /^\s*>\s?/,
    take(lines, at, blocks) {
      const from = at;
      while (at < lines.length && /^\s*>/.test(lines[at])) at += 1;
      blocks.push(h('blockquote', {}, broken(lines.slice(from, at).map((line) => line.replace(/^\s*>\s?/, '')))));
      return at;
    },
  },
  {
    begins: /^#{1,6}\s+\S/,
    take(lines, at, blocks) {
      blocks.push(h('p', {}, h('strong', {}, inline(lines[at].replace(/^#+\s+/, '')))));
      return at + 1;
    },
  },
];

function list(name, item, lines, at, blocks) {
  const start = /^\s*(\d+)/.exec(lines[at])?.[1];
  const made = h(name, name === 'ol' && start !== '1' ? { start } : {});
  for (let found; at < lines.length && (found = item.exec(lines[at])); at += 1) made.append(h('li', {}, inline(found[1])));
  blocks.push(made);
  return at;
}

function broken(lines) {
  return lines.flatMap((line, at) => (at ? [h('br'), ...inline(line)] : inline(line)));
}

// Each alternative is tried at one place only and has no nested repetition, so that no text makes it slow.
const MARKS = new RegExp(
  [
    '\\\\([\\\\`*_~\\[\\]()>#+.!-])', // 1: a character that stands for itself
    '`([^`\\n]{1,2000})`', // 2: code
    '\\[([^\\[\\]\\n]{1,500})\\]\\(([^()\\s]{1,2000})\\)', // 3, 4: a link with a text
    '\\*\\*(?=\\S)([^\\n]{1,2000}?)\\*\\*', // 5: bold
    '(?<![\\p{L}\\p{N}_])__(?=\\S)([^\\n]{1,2000}?)__(?![\\p{L}\\p{N}_])', // 6
    '\\*(?=[^\\s*])([^*\\n]{1,2000})\\*', // 7: italic
    '(?<![\\p{L}\\p{N}_])_(?=[^\\s_])([^_\\n]{1,2000})_(?![\\p{L}\\p{N}_])', // 8
    '~~(?=\\S)([^~\\n]{1,2000})~~', // 9: struck out
    '((?:https?://|mailto:|tel:)[^\\s<>"\'`]{1,2000})', // 10: an address as it is
    '([\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}.-]{1,190}\\.[\\p{L}]{2,24})', // 11: an e-mail address
  ].join('|'),
  'gu',
);

/** Draws one line. */
export function inline(text, depth = 0) {
  if (depth > DEEPEST) return [text];
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(MARKS)) {
    if (found.index < done) continue;
    const [all, escaped, code, label, target, bold, bold2, italic, italic2, struck, address, mail] = found;
    const inner = (content) => inline(content, depth + 1);
    let node;
    let taken = all;
    if (escaped) node = escaped;
    else if (code) node = h('code', {}, code);
    else if (label) node = link(target, inner(label));
    else if (bold || bold2) node = h('strong', {}, inner(bold || bold2));
    else if (italic || italic2) node = h('em', {}, inner(italic || italic2));
    else if (struck) node = h('s', {}, inner(struck));
    else if (address) [taken, node] = bare(address);
    else node = link(`mailto:${mail}`, [mail]);
    if (!node) continue;
    if (found.index > done) nodes.push(text.slice(done, found.index));
    nodes.push(node);
    done = found.index + taken.length;
  }
  if (done < text.length) nodes.push(text.slice(done));
  return nodes;
}

function link(target, children) {
  const url = safeLink(target.includes(':') || target.startsWith('/') ? target : `https://${target}`);
  return url && outside(url, {}, ...children);
}

// The stop at the end of a sentence is no part of the address before it.
function bare(address) {
  const text = address.replace(/[.,;:!?)\]}*_~]+$/, (end) => (end.startsWith(')') && address.includes('(') ? ')' : ''));
  return [text, link(text, [text])];
}
