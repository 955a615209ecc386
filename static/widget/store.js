// What is known of the conversation. A message has one place here, whether its answer, the socket or a look at the list brings it first.
import * as api from './api.js';

const INCOMING = 0; // written by the visitor
const ACTIVITY = 2;
const PAGE = 20; // messages in an answer
const TYPING = 30000; // ms; whoever stops without a word is forgotten

export const mine = (message) => message.message_type === INCOMING;

class Store extends EventTarget {
  messages = new Map(); // by id
  pending = new Map(); // by echo id
  conversation = null;
  contact = {};
  members = [];
  typists = new Map(); // by a name of ours: { name, avatar, timer }
  lastSeen = 0; // unix seconds
  seenId = 0; // the newest message that was seen: several may come within a second
  agentSeen = 0; // unix seconds when an agent last looked, as far as a look at the list tells
  agentSeenId = 0; // the newest message that an agent has certainly seen
  hasOlder = true;
  connected = true;
  fresh = false; // the next message begins a conversation
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
    return this.list().filter((message) => message.id > this.seenId && !mine(message) && message.created_at >= this.lastSeen);
  }

  /** Takes a message in; tells whether it is a new one. */
  take(message) {
    if (!message?.id || message.private || message.message_type === ACTIVITY) return false;
    const known = this.messages.get(message.id);
    const echo = message.echo_id ?? known?.echo_id;
    if (echo) this.pending.delete(echo);
    this.messages.set(message.id, { ...known, ...message, echo_id: echo });
    return !known;
  }

  /** Reads the newest messages, and whatever lies between them and those that are here. */
  async sync() {
    if (this.fresh) return []; // the page was emptied on purpose
    const newest = Math.max(0, ...this.messages.keys());
    const { payload, meta } = await api.messages();
    let reached = payload[0]?.id ?? 0;
    const arrived = payload.filter((message) => this.take(message));
    for (let after = newest; newest && reached > newest; ) {
      const { payload: between } = await api.messages({ after });
      arrived.push(...between.filter((message) => this.take(message)));
      const last = between.at(-1)?.id ?? 0;
      if (last <= after || last >= reached) break;
      after = last;
    }
    if (!newest) this.hasOlder = payload.length >= PAGE;
    if (meta) this.lastSeen = Math.max(this.lastSeen, meta.contact_last_seen_at ?? 0);
    if (!newest) this.seenId = Math.max(0, ...payload.filter((message) => message.created_at <= this.lastSeen).map(({ id }) => id));
    this.adopt(arrived);
    await this.refresh();
    this.changed('messages');
    return arrived;
  }

  /** Reads the state of the conversation. */
  async refresh() {
    const found = await api.conversation();
    const before = this.conversation;
    this.conversation = found?.id ? found : null;
    if (before && found?.id && before.id !== found.id) this.forget(found.id);
    this.lastSeen = Math.max(this.lastSeen, found?.contact_last_seen_at ?? 0);
    this.agentSeen = found?.agent_last_seen_at ?? 0;
    this.changed('conversation');
  }

  async older() {
    const oldest = Math.min(...this.messages.keys());
    if (!this.hasOlder || !Number.isFinite(oldest)) return;
    const { payload } = await api.messages({ before: oldest });
    payload.forEach((message) => this.take(message));
    this.hasOlder = payload.length >= PAGE;
    this.changed('messages');
  }

  // The answer to what was sent may have been lost: what has arrived all the same is not sent twice.
  adopt(arrived) {
    for (const message of arrived.filter(mine)) {
      for (const [echo, sent] of this.pending) {
        const same = sent.file ? message.attachments?.length : message.content === sent.content;
        if (sent.status === 'failed' && same && message.created_at >= sent.created_at - 60) {
          this.messages.set(message.id, { ...message, echo_id: echo });
          this.pending.delete(echo);
          break;
        }
      }
    }
  }

  /** Sends a text or a file. It is seen at once, and stays until the server has it or it is tried again. */
  async send({ content, file, replyTo }) {
    const echo = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const preview = file?.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    const sent = { echo_id: echo, content, file, preview, message_type: INCOMING, created_at: Math.floor(Date.now() / 1000) };
    this.pending.set(echo, { ...sent, replyTo, content_attributes: { in_reply_to: replyTo ?? null } });
    await this.deliver(echo);
  }

  async deliver(echo) {
    const sent = this.pending.get(echo);
    if (!sent) return;
    const became = (change) => {
      if (!this.pending.has(echo)) return;
      this.pending.set(echo, { ...this.pending.get(echo), ...change });
      this.changed('messages');
    };
    became({ status: 'sending', progress: 0, refused: undefined });
    try {
      const { content, file, replyTo } = sent;
      const begins = this.fresh && !file;
      let message;
      if (begins) message = (await this.begin({ content, echo })).at(-1);
      else if (file) message = await api.upload({ file, echo, replyTo }, (progress) => became({ progress }));
      else message = await api.post({ content, echo, replyTo });
      if (message) this.take({ ...message, echo_id: echo });
      this.pending.delete(echo);
      this.changed('messages');
      if (this.fresh) {
        // a file cannot begin a conversation: the one before goes on
        this.fresh = false;
        await this.sync();
      } else if (!this.conversation) await this.refresh();
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      became({ status: 'failed', refused: error.status >= 400 && error.status < 500 ? error : undefined, final: error.status === 422 });
    }
  }

  async retry(echo) {
    // perhaps it got there, and only the answer did not
    if (this.pending.get(echo)?.status !== 'failed') return;
    await this.sync().catch(() => {});
    await this.deliver(echo);
  }

  discard(echo) {
    this.pending.delete(echo);
    this.changed('messages');
  }

  /** Begins a conversation; gives its messages. */
  async begin(first) {
    const begun = await api.begin(first);
    this.forget();
    this.fresh = false;
    this.conversation = begun;
    begun.messages.forEach((message) => this.take(message));
    this.hasOlder = false;
    this.changed('conversation');
    this.changed('messages');
    return begun.messages;
  }

  /** Forgets what is not of this conversation. */
  forget(conversation) {
    this.agentSeenId = 0;
    for (const [id, message] of this.messages) if (message.conversation_id !== conversation) this.messages.delete(id);
  }

  /** Empties the page for another conversation, which the next message begins. */
  renew() {
    this.fresh = true;
    this.forget();
    this.changed('messages');
    this.changed('conversation');
  }

  markSeen() {
    if (!this.conversation || !this.unread().length) return;
    this.seenId = Math.max(...this.messages.keys());
    api.seen().catch(() => {});
    this.changed('seen');
  }

  /** What the socket says. Gives a message of somebody else's that is new. */
  hear(event, data) {
    const inbox = data?.inbox_id ?? data?.conversation?.inbox_id;
    // somebody who is the same person in another inbox hears of that, too
    if (inbox && inbox !== window.widgetInboxId) return undefined;
    if (event === 'message.created' || event === 'message.updated') {
      const isNew = this.take(data);
      if (isNew && mine(data) === false) this.stopped(data.sender);
      if (this.fresh && isNew && !mine(data)) {
        // the conversation goes on that was thought to be over
        this.fresh = false;
        this.sync().catch(() => {});
      }
      this.changed('messages');
      return isNew && event === 'message.created' ? data : undefined;
    }
    if (event === 'conversation.typing_on' && !data.is_private && data.user) this.types(data.user);
    if (event === 'conversation.typing_off' && data.user) this.stopped(data.user);
    if (event?.startsWith('conversation.')) this.noticed(data?.conversation ?? data);
    if (event === 'presence.update' && data.users) this.arrive(data.users);
    return undefined;
  }

  // The conversation as it is now. That nothing in it is new to the agents says exactly what they have seen.
  noticed(now) {
    if (!now?.status || (this.conversation && now.id < this.conversation.id)) return;
    this.conversation = { ...this.conversation, id: now.id, status: now.status };
    if (now.unread_count === 0 && now.agent_last_seen_at) this.agentSeenId = Math.max(this.agentSeenId, now.messages?.[0]?.id ?? 0);
    this.changed('conversation');
  }

  /** Whether an agent has seen a message of the visitor's. Seconds alone do not tell what came first within one. */
  isSeen({ id, created_at: at }) {
    return id <= this.agentSeenId || at < this.agentSeen;
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
