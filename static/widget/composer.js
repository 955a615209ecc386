// Where a visitor writes: text, emoji and files, and what is answered.
import * as api from './api.js';
import { h, icon, iconButton } from './dom.js';
import { picker } from './emoji.js';
import { author, summary } from './message.js';
import { mine, store } from './store.js';
import { size, t } from './words.js';

const IDLE = 3000; // ms without a key until somebody has stopped typing
const AGAIN = 10000; // ms until it is said again that somebody types
const LONGEST = 150000;
const MOST_FILES = 15;

// As the server has it for websites: what a picture, a sound or a film is, and these documents.
const KINDS = /^(image|video|audio)\//;
const DOCUMENTS =
  'csv txt rtf xml json pdf zip 7z rar tar doc xls ppt odt docx xlsx pptx pfx p12'.split(' ');
const ACCEPT = `image/*,video/*,audio/*,${DOCUMENTS.map((end) => `.${end}`).join(',')}`;

export class Composer {
  constructor({ settings, draft }) {
    this.settings = settings;
    this.draft = draft;
    this.box = h('textarea', { rows: 1, dir: 'auto', maxlength: LONGEST, placeholder: t('write'), 'aria-label': t('write'), value: draft.text });
    this.box.addEventListener('input', () => this.wrote());
    this.box.addEventListener('keydown', (event) => this.key(event));
    this.box.addEventListener('paste', (event) => this.pasted(event));
    this.box.addEventListener('blur', () => this.typed(false));
    this.files = h('input', { type: 'file', multiple: true, accept: ACCEPT, hidden: true, onchange: () => this.attach([...this.files.files]) });
    this.attachButton = this.offers('attachments', 'enableFileUpload') && iconButton('clip', t('attach'), () => this.files.click());
    this.emojiButton = this.offers('emoji_picker', 'enableEmojiPicker') && iconButton('smile', t('emoji'), () => this.toggleEmoji(), { 'aria-expanded': 'false' });
    this.sendButton = iconButton('send', t('send'), () => this.send(), { class: 'icon-button send' });
    this.problem = h('p.field-error', { role: 'alert', hidden: true });
    this.answered = h('div.answered', { hidden: true });
    this.panel = h('div.emoji-place');
    this.element = h('form.composer', { onsubmit: (event) => event.preventDefault() }, this.problem, this.answered, this.panel,
      h('div.writing', {}, this.attachButton, this.files, this.box, this.emojiButton, this.sendButton));
    this.wrote(true);
    this.answer(draft.reply);
    // nobody answers what is not of this conversation
    store.on('messages', () => this.draft.reply && !store.messages.has(this.draft.reply.id) && this.answer(undefined));
  }

  // What the inbox offers, unless the page says otherwise.
  offers(feature, setting) {
    return this.settings[setting] !== false && window.chatwootWebChannel.enabledFeatures?.includes(feature);
  }

  focus() {
    this.box.focus();
  }

  wrote(silently = false) {
    this.draft.text = this.box.value;
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, 132)}px`;
    this.sendButton.disabled = !this.box.value.trim();
    if (!silently) this.typed(Boolean(this.box.value.trim()));
  }

  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape' && this.draft.reply) {
      event.stopPropagation();
      this.answer(undefined);
    }
  }

  // One after the other: an end that overtook its beginning would leave somebody typing for ever.
  tell(word) {
    this.telling = Promise.resolve(this.telling).then(() => api.typing(word)).catch(() => {});
  }

  typed(isTyping) {
    clearTimeout(this.idle);
    if (!store.conversation || store.fresh) return;
    if (isTyping) {
      this.idle = setTimeout(() => this.typed(false), IDLE);
      if (Date.now() - (this.told ?? 0) < AGAIN) return;
      this.told = Date.now();
      this.tell('on');
    } else if (this.told) {
      this.told = undefined;
      this.tell('off');
    }
  }

  send() {
    const content = this.box.value.trim();
    if (!content) return;
    const replyTo = this.draft.reply?.id;
    this.box.value = '';
    this.answer(undefined);
    this.typed(false);
    this.wrote(true);
    this.say();
    this.box.focus();
    store.send({ content, replyTo });
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !this.attachButton) return;
    event.preventDefault();
    this.attach(files);
  }

  /** Sends files, each as a message of its own: then each can fail and be tried again by itself. */
  attach(files) {
    if (!this.attachButton) return;
    this.files.value = '';
    const limit = window.globalConfig.MAXIMUM_FILE_UPLOAD_SIZE * 1024 * 1024;
    const replyTo = this.draft.reply?.id;
    this.say();
    for (const file of files.slice(0, MOST_FILES)) {
      const end = file.name.split('.').pop().toLowerCase();
      if (file.size > limit) this.say(t('error-large', { name: file.name, limit: size(limit) }));
      else if (!KINDS.test(file.type) && !DOCUMENTS.includes(end)) this.say(t('error-kind', { name: file.name }));
      else store.send({ file, replyTo });
    }
    this.answer(undefined);
  }

  say(text) {
    this.problem.textContent = text ?? '';
    this.problem.hidden = !text;
  }

  /** Shows which message is answered. */
  answer(message) {
    this.draft.reply = message;
    this.answered.hidden = !message;
    if (!message) return;
    const name = mine(message) ? t('you') : author(message).name;
    this.answered.replaceChildren(icon('reply'), h('span', { dir: 'auto' }, h('strong', {}, t('replying', { name })), h('span', {}, summary(message))),
      iconButton('close', t('cancel'), () => { this.answer(undefined); this.focus(); }));
    this.focus();
  }

  toggleEmoji() {
    if (this.panel.firstChild) return this.closeEmoji();
    const insert = (emoji) => {
      const { selectionStart: from, selectionEnd: to, value } = this.box;
      this.box.value = value.slice(0, from) + emoji + value.slice(to);
      this.closeEmoji();
      this.box.setSelectionRange(from + emoji.length, from + emoji.length);
      this.wrote();
    };
    const { element, focus } = picker(insert, () => this.closeEmoji());
    this.panel.replaceChildren(element);
    this.emojiButton.setAttribute('aria-expanded', 'true');
    return focus();
  }

  closeEmoji() {
    this.panel.replaceChildren();
    this.emojiButton.setAttribute('aria-expanded', 'false');
    this.focus();
  }
}
