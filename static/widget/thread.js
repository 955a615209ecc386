// The messages of a conversation, in their order and by days. It stays at its end while somebody reads there, and where it is while not.
import { avatar, h, icon, settle } from './dom.js';
import { author, draw, signature } from './message.js';
import { mine, store } from './store.js';
import { day, t } from './words.js';

const NEAR = 80; // px from the end that count as being there
const TOGETHER = 300; // s within which messages of one person stand together

export class Thread {
  constructor({ reply }) {
    this.reply = reply;
    this.drawn = new Map(); // by a name of ours: { signature, element }
    this.list = h('ol.messages', {});
    this.typing = h('div.typing', { hidden: true });
    this.status = h('p.status', { role: 'status' });
    this.scroller = h('div.thread', { role: 'log', 'aria-live': 'off', 'aria-label': t('conversation'), tabindex: 0, onscroll: () => this.scrolled() }, this.list, this.typing, this.status);
    this.jump = h('button.jump', { type: 'button', hidden: true, onclick: () => this.toEnd(true) }, icon('down'), h('span', {}, t('new-messages')));
    this.element = h('div.thread-place', {}, this.scroller, this.jump);
    store.on('messages', () => this.render());
    store.on('typing', () => this.renderTyping());
    store.on('messages conversation seen', () => this.renderStatus());
    // pictures that arrive make the list longer
    new ResizeObserver(() => this.isAtEnd() && this.toEnd()).observe(this.list);
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.scroller);
    this.atEnd = true;
    this.top = 0; // where it was when that was noted
    this.render();
    this.renderTyping();
    this.renderStatus();
  }

  render() {
    const all = store.list();
    const names = new Set();
    const children = [];
    const keep = (name, sign, make) => {
      names.add(name);
      const known = this.drawn.get(name);
      const element = known?.signature === sign ? known.element : make();
      if (element !== known?.element) this.drawn.set(name, { signature: sign, element });
      children.push(element);
      return element;
    };
    const wasAtEnd = this.isAtEnd();
    const before = this.scroller.scrollHeight - this.scroller.scrollTop;
    const oldest = this.oldest;
    all.forEach((message, at) => {
      const [previous, next] = [all[at - 1], all[at + 1]];
      const date = new Date(message.created_at * 1000).toDateString();
      if (!previous || new Date(previous.created_at * 1000).toDateString() !== date) {
        keep(`day ${date}`, day(message.created_at), () => h('li.day', {}, h('span', {}, day(message.created_at))));
      }
      // one that was on its way keeps its place, and its element, when it has arrived
      const { classList } = keep(message.echo_id ? `echo ${message.echo_id}` : `id ${message.id}`, signature(message),
        () => draw(message, { reply: this.reply, jump: (id) => this.show(id) }));
      // how it stands among those of the same person
      classList.toggle('first', !together(previous, message));
      classList.toggle('last', !together(message, next));
    });
    for (const name of this.drawn.keys()) if (!names.has(name)) this.drawn.delete(name);
    const wasLength = this.length ?? 0;
    settle(this.list, children);
    this.oldest = all[0]?.id;
    this.length = all.length;
    const ownLast = all.length > wasLength && all.at(-1) && mine(all.at(-1));
    if (wasAtEnd || ownLast) this.toEnd();
    else if (oldest && this.oldest < oldest) this.scroller.scrollTop = this.scroller.scrollHeight - before;
    else if (all.length > wasLength) this.jump.hidden = false;
  }

  renderTyping() {
    const wasAtEnd = this.isAtEnd();
    const typists = [...store.typists.values()];
    this.typing.hidden = !typists.length;
    const dots = h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
    const names = typists.map(({ name }) => name).join(', ');
    this.typing.replaceChildren(...(typists.length ? [avatar(typists[0].name, typists[0].avatar), h('span.bubble', {}, dots), h('span.hidden', {}, t('typing', { name: names }))] : []));
    if (wasAtEnd) this.toEnd();
  }

  // What became of the visitor's last words; once somebody answers, the answer says it.
  renderStatus() {
    const last = store.list().at(-1);
    const arrived = last?.id && mine(last);
    this.status.textContent = arrived ? t(store.isSeen(last) ? 'seen' : 'sent') : '';
  }

  // Whoever has moved up since is elsewhere, although the browser says so only before it draws again.
  isAtEnd() {
    return this.atEnd && (this.scroller.scrollTop >= this.top || this.isNearEnd());
  }

  isNearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  scrolled() {
    this.atEnd = this.isNearEnd();
    this.top = this.scroller.scrollTop;
    if (this.atEnd) this.jump.hidden = true;
    if (this.top < NEAR && store.hasOlder && !this.reading) {
      this.reading = true;
      store.older().catch(() => {}).finally(() => (this.reading = false));
    }
  }

  toEnd(smoothly = false) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smoothly && !calm ? 'smooth' : 'instant' });
    this.jump.hidden = true;
    this.atEnd = true;
    this.top = this.scroller.scrollTop;
  }

  show(id) {
    const element = this.list.querySelector(`#message-${Number(id)}`);
    element?.scrollIntoView({ block: 'center' });
    element?.focus({ preventScroll: true });
  }
}

function together(one, other) {
  if (!one || !other || mine(one) !== mine(other)) return false;
  if (!mine(one) && author(one).name !== author(other).name) return false;
  const close = Math.abs(other.created_at - one.created_at) < TOGETHER;
  return close && new Date(one.created_at * 1000).toDateString() === new Date(other.created_at * 1000).toDateString();
}
