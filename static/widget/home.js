// What is seen first: a welcome, who is there, and the way into the conversation.
import { tell } from './bridge.js';
import { avatar, h, icon, outside } from './dom.js';
import { closeButton } from './header.js';
import { author, summary } from './message.js';
import { mine, store } from './store.js';
import { availability, present } from './team.js';
import { clock, t } from './words.js';

const FACES = 4;
const ARTICLES = 4;
const channel = window.chatwootWebChannel;

/** Draws it; `start` leads into the conversation, or to the form before it. */
export function home({ settings, start }) {
  const faces = h('div.faces-row', { 'aria-hidden': 'true' });
  const state = h('p.availability', {});
  const expect = h('p.expect', { dir: 'auto' });
  const last = h('div', {});
  const label = h('span', {});
  const render = () => {
    const there = present(store.members);
    faces.replaceChildren(...there.slice(0, FACES).map((member) => avatar(member.name, member.avatar_url)));
    const { online, title, text } = availability(channel, store.members, settings);
    state.replaceChildren(h('span.dot', { 'data-online': online || undefined }), title);
    expect.textContent = text;
    const message = store.fresh ? undefined : store.list().at(-1);
    label.textContent = message ? t('continue') : t('start');
    last.replaceChildren(...(message ? [preview(message)] : []));
  };
  render();
  store.on('members messages conversation', render);
  const picture = channel.avatarUrl ? avatar(channel.websiteName, channel.avatarUrl) : undefined;
  return h('main.home', {},
    h('div.hero', {},
      h('div.hero-top', {}, picture, h('span.site', { dir: 'auto' }, channel.websiteName), closeButton(settings)),
      h('h1', { dir: 'auto' }, settings.welcomeTitle || channel.welcomeTitle || t('welcome')),
      h('p', { dir: 'auto' }, settings.welcomeDescription || channel.welcomeTagline || t('welcome-text'))),
    h('section.start-card', { 'aria-label': t('conversation') },
      h('div.team', {}, h('div', {}, state, expect), faces), last,
      h('button.primary', { type: 'button', onclick: start }, label, icon('send'))),
    articles(), h('div.spring'), brand());
}

/** What is read most in the help centre of the website, in a language of it that is close to the one that is spoken here. */
function articles() {
  const { portal } = channel;
  if (!portal) return undefined;
  const { allowed_locales: locales, default_locale: usual } = portal.config;
  const spoken = document.documentElement.lang;
  const locale = locales.find((code) => code === spoken) ?? locales.find((code) => code.split(/[-_]/)[0] === spoken) ?? usual;
  const section = h('section.articles', { hidden: true, 'aria-labelledby': 'articles' });
  const show = ({ payload }) => {
    if (!payload.length) return;
    const rows = payload.map((article) => h('li', {}, outside(`/${article.link}`, { dir: 'auto' }, article.title)));
    section.replaceChildren(h('h2', { id: 'articles' }, t('popular')), h('ul', { lang: locale.replace('_', '-') }, rows));
    section.hidden = false;
  };
  const address = `/hc/${encodeURIComponent(portal.slug)}/${encodeURIComponent(locale)}/articles.json?sort=views&per_page=${ARTICLES}`;
  // who finds no articles still finds people
  fetch(address).then((answer) => (answer.ok ? answer.json() : { payload: [] })).then(show).catch(() => {});
  return section;
}

function preview(message) {
  const who = mine(message) ? t('you') : author(message).name;
  return h('p.latest', { dir: 'auto' }, h('strong', {}, who), ' ', h('span', {}, summary(message)), h('time', {}, clock(message.created_at)));
}

/** Whose program this is, where the installation wants it said. */
export function brand() {
  const name = window.globalConfig.BRAND_NAME || window.globalConfig.INSTALLATION_NAME;
  return !channel.disableBranding && name && h('p.brand', {}, t('powered', { name }));
}

/** What is new, as a glance above the bubble while the widget is closed. */
export function glance({ messages, open, dismiss }) {
  const shown = messages.slice(-3).map((message) => {
    const { name, picture } = author(message);
    return h('button.glance', { type: 'button', onclick: open }, avatar(name, picture), h('span', {}, h('strong', {}, name), h('span.glance-text', { dir: 'auto' }, summary(message))));
  });
  const title = h('h1.hidden', {}, t('new-messages'));
  const close = h('button.glance-close', { type: 'button', onclick: dismiss }, icon('close'), t('close'));
  const element = h('main.glances', {}, title, close, shown);
  const fit = () => element.isConnected && tell('updateIframeHeight', { isFixedHeight: true, extraHeight: element.scrollHeight + 8 });
  new ResizeObserver(fit).observe(element);
  return element;
}
