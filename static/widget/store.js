// What is known of the conversation. A message has one place here, whether its answer, the socket or a look at the list brings it first.
import * as api from './api.js';

const INCOMING = 0; // written by the visitor
const ACTIVITY = 2;
const PAGE = 20; // messages in an answer
const TYPING = 30000; // ms; whoever stops without a word is forgotten

const echoId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

export const mine = (message) => message.message_type === INCOMING;

class Store extends EventTarget {
  messages = new Map(); // by id
  pending = new Map(); // by echo id
  conversation = null;
  contact = {};
  members = [];
  typists = new Map(); // by a name of ours: { name, avatar, timer }
  begun = false; // whether it is known what was said before
  newest = 0; // the newest message of which anything is known
  complete = 0; // from the first message here to this one none is missing
  seen = 0; // the newest message that the visitor has seen
  agentSeen = 0; // the newest message that an agent has certainly seen
  left = 0; // the conversation that is over for the visitor; their next message begins another one
  hasOlder = true;
  connected = true;
  turn = Promise.resolve(); // of the last that is sent
  view = new AbortController();

  changed(what) {
    this.dispatchEvent(new CustomEvent(what));
  }

  /** Listens for changes, until another view is entered. */
  on(what, listener) {
    what.split(' ').forEach((name) => this.addEventListener(name, listener, { signal: this.view.signal }));
  }

  /** Leaves a view: what it listened for is not for it any more. */
  enter() {
    this.view.abort();
    this.view = new AbortController();
  }

  /** All messages in their order; those under way come last. */
  list() {
    const stored = [...this.messages.values()].sort((a, b) => a.id - b.id);
    return [...stored, ...this.pending.values()];
  }

  /** What somebody else wrote and the visitor has not seen. */
  unread() {
    return this.list().filter((message) => message.id > this.seen && !mine(message));
  }

  /** Whether the next message begins a conversation. */
  get fresh() {
    return this.conversation?.id <= this.left;
  }

  /** Goes on in the newest of the visitor's conversations; tells whether this is that, and is not over. */
  follow(id) {
    const present = this.conversation?.id ?? 0;
    if (id > present) {
      this.forget();
      this.conversation = { id };
      this.changed('conversation');
    }
    return id >= present && id > this.left;
  }

  /** Takes a message of this conversation in; tells whether it is a new one. */
  take(message) {
    if (!message?.id || message.private || message.message_type === ACTIVITY || !this.follow(message.conversation_id)) return false;
    const known = this.messages.get(message.id);
    this.newest = Math.max(this.newest, message.id);
    this.complete ||= message.id;
    const echo = message.echo_id ?? known?.echo_id;
    if (echo) this.pending.delete(echo);
    this.messages.set(message.id, { ...known, ...message, echo_id: echo });
    return !known;
  }

  /**
   * Reads the newest messages of the conversation, and whatever lies between them and those that are here. Gives what was missed, which is nothing
   * at the first time.
   */
  async sync() {
    await this.refresh();
    if (this.fresh) return []; // the page was emptied on purpose
    const { begun, complete } = this;
    const { payload } = await api.messages();
    const between = [];
    for (let after = complete; after && after < payload[0]?.id; after = between.at(-1).id) {
      const { payload: next } = await api.messages({ after });
      if (!next.length) break;
      between.push(...next);
    }
    const arrived = [...between, ...payload].filter((message) => this.take(message));
    if (!complete) this.hasOlder = payload.length >= PAGE;
    this.complete = payload.at(-1)?.id ?? 0;
    this.begun = true;
    const { contact_last_seen_at: seen = 0, agent_last_seen_at: agentSeen = 0 } = this.conversation ?? {};
    // whoever left the page before had read what was there, also in the same second
    this.seen = Math.max(this.seen, this.before(begun ? seen : seen + 1));
    this.agentSeen = Math.max(this.agentSeen, this.before(agentSeen));
    for (const sent of this.pending.values()) this.take({ ...this.arrived(sent), echo_id: sent.echo_id });
    this.changed('messages');
    return begun ? arrived : [];
  }

  /** Reads the state of the conversation. */
  async refresh() {
    const present = this.conversation?.id;
    const found = await api.conversation();
    if (this.conversation?.id !== present) return; // there has come a newer one meanwhile
    if (found?.id !== present) this.forget(); // also when the newest was deleted
    this.conversation = found?.id ? found : null;
    this.changed('conversation');
  }

  async older() {
    const oldest = Math.min(...this.messages.keys());
    if (!this.hasOlder || !Number.isFinite(oldest)) return;
    const { payload } = await api.messages({ before: oldest });
    if (!this.messages.has(oldest)) return; // another conversation has begun meanwhile
    payload.forEach((message) => this.take(message));
    this.hasOlder = payload.length >= PAGE;
    this.changed('messages');
  }

  // The newest message from before a second; what came first within one, seconds do not tell.
  before(second) {
    return Math.max(0, ...this.list().map(({ id, created_at: at }) => (at < second && id) || 0));
  }

  // What has become of something that was sent, if the answer to it was lost: one's own message that came after it was tried, and that nothing
  // else has become.
  arrived({ echo_id: echo, tried, content, file }) {
    const same = (message) => (file ? message.attachments?.[0]?.file_size === file.size : message.content === content);
    return this.list().find((message) => message.id > tried && mine(message) && (message.echo_id ? message.echo_id === echo : same(message)));
  }

  /** Sends a text or a file. It is seen at once, and stays until the server has it or it is tried again. */
  send({ content, file, replyTo }) {
    const echo = echoId();
    const preview = file?.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    const sent = { echo_id: echo, content, file, preview, message_type: INCOMING, created_at: Math.floor(Date.now() / 1000) };
    this.pending.set(echo, { ...sent, replyTo, content_attributes: { in_reply_to: replyTo ?? null } });
    return this.submit(echo);
  }

  retry(echo) {
    return this.pending.get(echo)?.status === 'failed' && this.submit(echo);
  }

  discard(echo) {
    this.pending.delete(echo);
    this.changed('messages');
  }

  /** Begins a conversation with what somebody says of themselves first; the same again, if that failed. */
  begin(first) {
    first.echo_id ??= echoId();
    return this.inTurn(() => this.deliver(first));
  }

  async submit(echo) {
    const sent = this.pending.get(echo);
    const became = (change) => {
      Object.assign(sent, change);
      this.changed('messages');
    };
    became({ status: 'sending', progress: 0, refused: undefined });
    try {
      await this.inTurn(() => this.pending.has(echo) && this.deliver(sent, (progress) => became({ progress })));
    } catch (error) {
      const { status } = error;
      became({ status: 'failed', refused: status >= 400 && status < 500 ? error : undefined, final: status === 422 });
      if (!(error instanceof api.Refusal)) throw error;
    }
  }

  // One after the other: as they were written, and so that no two begin a conversation.
  inTurn(work) {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  // Brings what is sent to the server, unless it got there before and only the answer did not.
  async deliver(sent, progress) {
    const { content, file, replyTo, echo_id: echo, contact, attributes } = sent;
    if (!this.begun || sent.tried !== undefined) await this.sync();
    if (!this.arrived(sent)) {
      sent.tried ??= this.newest;
      let written;
      if (file) written = await api.upload({ file, echo, replyTo }, progress);
      else if (contact || this.fresh) written = this.entered(await api.begin({ contact, content, echo, attributes }));
      else written = await api.post({ content, echo, replyTo });
      // a file cannot begin a conversation: the one before goes on
      if (file && this.fresh) this.goOn();
      this.take({ ...written, echo_id: echo });
    }
    this.pending.delete(echo);
    this.changed('messages');
  }

  // Is in a conversation that has begun; gives what the visitor has written in it.
  entered({ messages, ...conversation }) {
    this.left = 0;
    this.follow(conversation.id);
    this.conversation = conversation;
    messages.forEach((message) => this.take(message));
    this.hasOlder = messages.length >= PAGE;
    this.changed('conversation');
    return messages.findLast(mine);
  }

  // Nothing of the conversation is here any more.
  forget() {
    this.messages.clear();
    this.complete = 0;
    this.hasOlder = true;
  }

  /** Empties the page for another conversation, which the next message begins. */
  renew() {
    this.left = this.conversation.id;
    this.forget();
    this.changed('messages');
    this.changed('conversation');
  }

  // The conversation goes on that was thought to be over.
  goOn() {
    this.left = 0;
    this.sync().catch(() => {});
  }

  /** Is another visitor's from now on. */
  reset() {
    this.forget();
    this.pending.clear();
    this.typists.clear();
    Object.assign(this, { conversation: null, contact: {}, begun: false, newest: 0, seen: 0, agentSeen: 0, left: 0, turn: Promise.resolve() });
    ['messages', 'typing', 'conversation'].forEach((what) => this.changed(what));
  }

  markSeen() {
    if (!this.conversation || !this.unread().length) return;
    this.seen = this.newest;
    api.seen().catch(() => {});
    this.changed('seen');
  }

  /** What the socket says. Gives a message that is new. */
  hear(event, data) {
    const inbox = data?.inbox_id ?? data?.conversation?.inbox_id;
    // somebody who is the same person in another inbox hears of that, too
    if (inbox && inbox !== window.widgetInboxId) return undefined;
    if (event === 'presence.update' && data.users) this.arrive(data.users);
    else if (event === 'message.created') return this.said(data);
    else if (event === 'message.updated' && this.messages.has(data.id)) this.said(data);
    else if (event?.startsWith('conversation.')) this.noticed(event, data);
    return undefined;
  }

  said(message) {
    if (this.fresh && message.conversation_id === this.left && message.id > this.newest) this.goOn();
    const isNew = this.take(message);
    if (isNew && !mine(message)) this.stopped(message.sender);
    this.changed('messages');
    return isNew ? message : undefined;
  }

  // The conversation as it is now, and who types in it. That nothing in it is new to the agents says exactly what they have seen.
  noticed(event, { user, is_private: hidden, conversation, ...rest }) {
    const now = conversation ?? rest;
    if (!now.status || !this.follow(now.id)) return;
    this.conversation = { ...this.conversation, status: now.status };
    if (now.unread_count === 0 && now.agent_last_seen_at) this.agentSeen = Math.max(this.agentSeen, now.messages?.[0]?.id ?? 0);
    if (event === 'conversation.typing_on' && !hidden && user) this.types(user);
    if (event === 'conversation.typing_off') this.stopped(user);
    this.changed('conversation');
  }

  /** Whether an agent has seen a message of the visitor's. */
  isSeen({ id }) {
    return id <= this.agentSeen;
  }

  types(user) {
    if (user.type === 'contact' || user.type === 'visitor') return;
    const key = `${user.type ?? 'user'}-${user.id}`;
    clearTimeout(this.typists.get(key)?.timer);
    this.typists.set(key, { name: user.available_name || user.name, avatar: user.avatar_url || user.thumbnail, timer: setTimeout(() => this.stopped(user), TYPING) });
    this.changed('typing');
  }

  stopped(user) {
    if (!user) return;
    const key = `${user.type ?? 'user'}-${user.id}`;
    clearTimeout(this.typists.get(key)?.timer);
    if (this.typists.delete(key)) this.changed('typing');
  }

  arrive(users) {
    this.members = this.members.map((member) => ({ ...member, availability_status: users[member.id] ?? 'offline' }));
    this.changed('members');
  }
}

export const store = new Store();
