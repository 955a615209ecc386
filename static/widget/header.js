// The head of a conversation: who answers, the way back, and a menu of what else can be done.
import * as api from './api.js';
import { isFramed, tell } from './bridge.js';
import { avatar, h, icon, iconButton } from './dom.js';
import { checkAll, field, submitter } from './fields.js';
import { store } from './store.js';
import { availability } from './team.js';
import { t } from './words.js';

const channel = window.chatwootWebChannel;

/** Draws it; `back` leads home. */
export function header({ settings, back, notice }) {
  const line = h('p', {});
  const dot = avatar(channel.websiteName, channel.avatarUrl);
  const update = () => {
    const { online, title } = availability(channel, store.members, settings);
    line.textContent = title;
    dot.toggleAttribute('data-online', online);
  };
  update();
  store.on('members', update);
  const name = h('div.titles', {}, h('h1', { dir: 'auto' }, channel.websiteName), line);
  return h('header.head', {}, iconButton('back', t('back'), back), dot, name, menu(settings, notice), closeButton(settings));
}

/** The button that closes the widget, where the page's bubble cannot be reached. */
export function closeButton(settings) {
  const needed = isFramed && (settings.isMobile || settings.hideMessageBubble);
  return needed && iconButton('close', t('close'), () => tell('closeWindow'));
}

function menu(settings, notice) {
  // the page may only leave out what the inbox offers: the server would refuse the rest
  const offersEnd = settings.enableEndConversation !== false && channel.enabledFeatures?.includes('end_conversation');
  const open = store.conversation && !store.fresh && store.conversation.status !== 'resolved';
  const items = [
    open && offersEnd && entry('end', t('end'), () => confirmEnd()),
    store.conversation && !store.fresh && entry('mail', t('transcript'), () => sendTranscript(notice)),
    entry(settings.isMuted ? 'mute' : 'sound', settings.isMuted ? t('sound-on') : t('sound-off'), () => settings.mute(!settings.isMuted)),
    isFramed && settings.showPopoutButton && entry('out', t('popout'), () =>
      tell('popoutChatWindow', { baseUrl: location.origin, websiteToken: channel.websiteToken, locale: document.documentElement.lang })),
  ].filter(Boolean);
  const list = h('div.menu', { role: 'menu', 'aria-label': t('more'), hidden: true, onkeydown: keys }, items);
  const button = iconButton('more', t('more'), () => toggle(list.hidden), { 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
  function entry(name, label, act) {
    return h('button', { type: 'button', role: 'menuitem', tabindex: -1, onclick: () => { toggle(false); act(); } }, icon(name), label);
  }
  function toggle(shown) {
    list.hidden = !shown;
    button.setAttribute('aria-expanded', String(shown));
    if (shown) items[0].focus();
    else if (list.contains(document.activeElement)) button.focus();
  }
  function keys(event) {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      button.focus();
      toggle(false);
    } else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  }
  return h('div.menu-place', { onfocusout: (event) => !event.currentTarget.contains(event.relatedTarget) && toggle(false) }, button, list);
}

/** A question above everything else; `act` runs when it is sent. */
function dialog(title, body, label, act) {
  const button = h('button.primary', { type: 'submit' }, label);
  const cancel = h('button.plain', { type: 'button', onclick: () => box.close() }, t('cancel'));
  const form = h('form.fields', { noValidate: true }, h('h2', { id: 'dialog-title' }, title), body, h('div.row', {}, cancel, button));
  const box = h('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => box.remove(), onkeydown: (event) => event.stopPropagation() }, form);
  submitter(form, form.querySelector('.row'), async () => (await act()) !== false && box.close());
  document.getElementById('app').append(box);
  box.showModal();
}

function confirmEnd() {
  dialog(t('end-title'), h('p', {}, t('end-text')), t('end'), async () => {
    await api.endConversation();
    await store.sync();
  });
}

function sendTranscript(notice) {
  const known = store.contact.has_email;
  const address = field({ name: 'email', label: t('field-email'), type: 'email', required: true, placeholder: t('email-example') });
  dialog(t('transcript'), known ? h('p', {}, t('transcript-text')) : address.element, t('send'), async () => {
    if (!known && !checkAll([address])) return false;
    if (!known) {
      await api.changeContact({ email: address.value() });
      store.contact = { ...store.contact, has_email: true };
    }
    await api.transcript(known ? undefined : address.value());
    return notice(t('transcript-sent'));
  });
}
