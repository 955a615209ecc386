// The frame begins here: which view is shown, what the page asks for, and what the socket brings.
import './boot.js';
import * as api from './api.js';
import { isFramed, listen, tell, fire } from './bridge.js';
import { Cable } from './cable.js';
import { Campaigns } from './campaigns.js';
import { paint } from './colour.js';
import { Composer } from './composer.js';
import { h, icon, settle } from './dom.js';
import { brand, glance, home } from './home.js';
import { header } from './header.js';
import { author, summary } from './message.js';
import { isNeeded, prechat } from './prechat.js';
import { chime } from './sound.js';
import { why } from './refusals.js';
import { mine, store } from './store.js';
import { Thread } from './thread.js';
import { learn, speak, t } from './words.js';
import { page } from './page.js';

const channel = window.chatwootWebChannel;
const app = document.getElementById('app');
const live = document.getElementById('live');
const scheme = matchMedia('(prefers-color-scheme: dark)');
const draft = { text: '' };
const settings = { isOpen: !isFramed, isMobile: false, darkMode: 'light', showUnreadMessagesDialog: true, isMuted: false, mute };
let view = 'home';
let composer;
let dismissed = 0; // the newest message whose glance was closed
let taken; // the campaign that was opened, until a conversation has begun with it
const campaigns = new Campaigns({ settings, changed: () => updateUnread() });

// ---- views ----

function show(next, { focus = false } = {}) {
  view = next;
  store.enter();
  composer = undefined;
  document.documentElement.dataset.view = view;
  const views = { home: showHome, form: showForm, thread: showThread, glance: showGlance };
  app.replaceChildren(views[view]());
  store.on('seen messages', updateUnread);
  if (focus) focusView();
  markSeen();
}

const showHome = () => home({ settings, start });
const showForm = () => {
  const begin = taken && beginTaken;
  return prechat({ settings, back: () => show('home', { focus: true }), done: () => show('thread', { focus: true }), notice, begin });
};
const showGlance = () => glance({ messages: glanced(), open: () => tell('toggleBubble', { state: 'open' }), dismiss });

function showThread() {
  const thread = new Thread({ reply: (message) => composer?.answer(message) });
  composer = new Composer({ settings, draft });
  const foot = h('footer.foot', {});
  const over = h('div.over', {}, h('p', {}, t('ended')), h('button.plain', { type: 'button', onclick: renew }, t('new-conversation')));
  const offline = h('p.offline', { role: 'status', hidden: true });
  let head = header({ settings, back: () => show('home', { focus: true }), notice });
  const update = () => {
    const resolved = store.conversation?.status === 'resolved' && !store.fresh;
    over.hidden = !resolved;
    settle(foot, [over, resolved && !channel.allowMessagesAfterResolved ? undefined : composer.element, brand()].filter(Boolean));
  };
  const state = () => [store.conversation?.id, store.conversation?.status, store.fresh].join();
  let drawnFor = state();
  const renewHead = () => {
    if (drawnFor === state()) return;
    drawnFor = state();
    const fresh = header({ settings, back: () => show('home', { focus: true }), notice });
    if (!head.contains(document.activeElement)) head = (head.replaceWith(fresh), fresh);
  };
  const connection = () => {
    offline.hidden = store.connected;
    offline.textContent = store.connected ? '' : t('offline');
  };
  update();
  connection();
  store.on('conversation', update);
  store.on('conversation', renewHead);
  store.on('connection', connection);
  const main = h('main.page', {}, head, offline, thread.element, foot);
  main.addEventListener('dragover', (event) => event.preventDefault());
  main.addEventListener('drop', (event) => {
    event.preventDefault();
    composer?.attach([...event.dataTransfer.files]);
  });
  queueMicrotask(() => thread.toEnd());
  return main;
}

function focusView() {
  // a keyboard on the screen would cover what somebody wants to read first
  if (view === 'thread') settings.isMobile || matchMedia('(pointer: coarse)').matches ? app.querySelector('.thread').focus() : composer.focus();
  else ['form input, form textarea', '.start-card button', 'button'].map((css) => app.querySelector(css)).find(Boolean)?.focus();
}

function start() {
  taken = undefined;
  fire('chatwoot:on-start-conversation', { hasConversation: Boolean(store.conversation) });
  show(isNeeded() ? 'form' : 'thread', { focus: true });
}

function renew() {
  store.renew();
  show(isNeeded() ? 'form' : 'thread', { focus: true });
}

function notice(text, sign = 'check') {
  const note = h('p.notice', { role: 'status' }, icon(sign), text);
  app.append(note);
  setTimeout(() => note.remove(), 5000);
}

function mute(silent) {
  settings.isMuted = silent;
  try {
    localStorage.setItem('hookdesk-muted', silent ? '1' : '');
  } catch {
    // without storage it holds until the page is left
  }
  if (view === 'thread') show('thread', { focus: true });
}

// ---- what was read, and what was not ----

const isReading = () => settings.isOpen && view === 'thread' && document.visibilityState === 'visible';

function markSeen() {
  if (isReading()) store.markSeen();
  updateUnread();
}

// What is to be seen at a glance: messages, or what the website says by itself.
const glanced = () => {
  const unread = settings.showUnreadMessagesDialog ? store.unread() : [];
  const isNew = (unread.at(-1)?.id ?? 0) > dismissed;
  return isNew ? unread : [store.begun && campaigns.said()].filter(Boolean);
};

function updateUnread() {
  const unread = isReading() ? [] : store.unread();
  tell('handleNotificationDot', { unreadMessageCount: unread.length, label: unread.length ? t('unread', { count: unread.length }) : '' });
  const newest = settings.isOpen ? undefined : glanced().at(-1);
  if (newest) {
    if (view !== 'glance' || app.dataset.newest !== String(newest.id)) {
      app.dataset.newest = newest.id;
      if (newest.campaign) announce(newest);
      tell('setUnreadMode');
      show('glance');
    }
  } else if (view === 'glance') {
    tell('resetUnreadMode');
    show('home');
  }
}

function dismiss() {
  campaigns.take();
  dismissed = store.unread().at(-1)?.id ?? dismissed;
  updateUnread();
}

function announce(message) {
  live.textContent = t('announce', { name: author(message).name, text: summary(message) });
}

function arrived(message) {
  fire('chatwoot:on-message', message);
  if (mine(message)) return;
  announce(message);
  if (!settings.isMuted && !isReading()) chime();
  markSeen();
}

// ---- what the website has said by itself ----

// Whoever looks closer is in a conversation with it, after the form if there is one.
function lookCloser() {
  taken = campaigns.take();
  const asks = isNeeded();
  show(asks ? 'form' : 'thread', { focus: true });
  if (!asks) {
    beginTaken({}).catch((error) => {
      campaigns.giveBack();
      show('home', { focus: true });
      notice(why(error), 'alert');
    });
  }
}

async function beginTaken({ contact = {}, attributes }) {
  if (Object.keys(contact).length) await api.changeContact(contact);
  await api.event('campaign.triggered', { campaign_id: taken.id, custom_attributes: attributes });
  taken = undefined;
  await sync();
  markSeen();
}

// ---- the socket ----

// Gives what was missed, if the server could be asked.
async function sync() {
  try {
    const missed = await store.sync();
    reached(true);
    return missed;
  } catch (error) {
    reached(error.status > 0);
    return undefined;
  }
}

function reached(connected) {
  if (store.connected === connected) return;
  store.connected = connected;
  store.changed('connection');
}

// Looks for what was missed; tells whether the server could be asked.
async function look() {
  const isFirst = !store.begun;
  const missed = await sync();
  // whoever was quicker than the first answer gets to the conversation after all
  const isEarly = view === 'home' || (view === 'form' && !isNeeded());
  if (isFirst && store.begun && settings.isOpen && isEarly) enterThread();
  missed?.filter((message) => !mine(message)).forEach(arrived);
  markSeen();
  return Boolean(missed);
}

const cable = new Cable({
  heard(event, data) {
    const message = store.hear(event, data);
    if (message) arrived(message);
  },
  look,
  changed(connected) {
    if (connected) reached(true);
    else if (!navigator.onLine) reached(false);
  },
});

// ---- what the page asks for ----

function setColourScheme(mode) {
  settings.darkMode = mode;
  const dark = mode === 'dark' || (mode === 'auto' && scheme.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  paint(document.documentElement, channel.widgetColor, dark);
}

async function setLocale(locale) {
  if (locale) await speak(locale);
  tell('setBubbleLabel', { label: t('bubble'), title: t('frame-title', { name: channel.websiteName }) });
  show(view);
}

function configure(wanted) {
  const { event, locale, darkMode, ...rest } = wanted;
  Object.assign(settings, Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== null)));
  setColourScheme(darkMode ?? settings.darkMode);
  setLocale(locale);
}

function enterThread() {
  if (store.list().length && !store.fresh) show('thread', { focus: true });
  else if (view === 'glance') show('home');
}

function opened({ isOpen }) {
  const closer = isOpen && glanced().some(({ campaign }) => campaign);
  settings.isOpen = isOpen;
  if (closer) {
    lookCloser();
    return;
  }
  if (isOpen) campaigns.leave();
  if (isOpen && (view === 'glance' || view === 'home')) enterThread();
  if (isOpen) focusView();
  else if (view === 'glance') show('home');
  markSeen();
}

const handlers = page({ cable, sync });
listen({
  ...handlers,
  'config-set': configure,
  'set-locale': ({ locale }) => setLocale(locale),
  'set-color-scheme': ({ darkMode }) => setColourScheme(darkMode),
  'toggle-open': opened,
  'change-url': (message) => {
    handlers['change-url'](message);
    campaigns.enter(message.referrerURL);
  },
  'widget-visible': markSeen,
  'toggle-close-button': ({ isMobile }) => {
    if (settings.isMobile === isMobile) return;
    settings.isMobile = isMobile;
    show(view);
  },
  'sdk-set-bubble-visibility': ({ hideMessageBubble }) => {
    settings.hideMessageBubble = hideMessageBubble;
    show(view);
  },
});

// ---- the beginning ----

learn(window.widgetWords);
try {
  settings.isMuted = localStorage.getItem('hookdesk-muted') === '1';
} catch {
  // some browsers keep nothing for frames of other sites
}
setColourScheme('light');
show('home');
scheme.addEventListener('change', () => setColourScheme(settings.darkMode));
document.addEventListener('visibilitychange', markSeen);
document.addEventListener('keydown', (event) => event.key === 'Escape' && !event.isComposing && tell('closeWindow'));
tell('loaded', { config: { authToken: api.session(), channelConfig: channel } });
tell('setBubbleLabel', { label: t('bubble'), title: t('frame-title', { name: channel.websiteName }) });
cable.open(window.chatwootPubsubToken);
setTimeout(() => store.begun || look(), 700); // a socket that is slow, or does not come, keeps nobody waiting
api.contact().then((contact) => { store.contact = contact; }, () => {});
api.members().then(({ payload }) => { store.members = payload; store.changed('members'); }, () => {});
