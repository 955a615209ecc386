// The socket: ActionCable's wire in a few lines. It comes back by itself, and says each time that something may have been missed.

const PRESENCE = 60000; // ms, as the server expects from visitors
const SILENCE = 10000; // ms; the server pings every 3 s
const FIRST = 1000; // ms before the first try again
const LONGEST = 30000; // ms between tries
const POLL = 5000; // ms between looks while there is no socket

/**
 * Listens for one visitor. `heard(event, data)` gets what happens. `look` looks for what was missed, and tells whether it got there: it is called at
 * every (re)connection until it did, and again and again while there is none.
 */
export class Cable {
  constructor({ heard, look, changed }) {
    Object.assign(this, { heard, look, changed, tries: 0, connected: false, gaps: 0, filled: 0 });
    window.addEventListener('online', () => this.again(0));
    window.addEventListener('offline', () => this.lost());
    document.addEventListener('visibilitychange', () => {
      // a laptop that wakes up, or a phone whose browser comes back: timers have slept
      if (document.visibilityState === 'visible' && !this.connected) this.again(0);
    });
  }

  /** Listens with this token from now on. */
  open(token) {
    this.identifier = JSON.stringify({ channel: 'RoomChannel', pubsub_token: token });
    this.sequence = undefined;
    this.again(0);
  }

  /** Listens for nobody. */
  close() {
    this.identifier = undefined;
    clearTimeout(this.timer);
    this.drop();
    this.become(false);
    this.keepLooking();
  }

  again(delay) {
    if (!this.identifier) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), delay);
  }

  connect() {
    this.drop();
    this.keepLooking();
    // the server tells again what came after the last frame that got here
    const since = this.sequence === undefined ? '' : `?since=${this.sequence}`;
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/cable${since}`, ['actioncable-v1-json', 'actioncable-unsupported']);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.socket === socket && this.frame(data);
    socket.onclose = () => this.socket === socket && this.lost();
    this.watch();
  }

  frame(text) {
    this.watch();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type === 'welcome') {
      this.socket.send(JSON.stringify({ command: 'subscribe', identifier: this.identifier }));
    } else if (frame.type === 'confirm_subscription') {
      this.tries = 0;
      this.sequence ??= frame.sequence;
      this.become(true);
      this.presence = setInterval(() => this.say({ action: 'update_presence' }), PRESENCE);
      this.missed();
    } else if (frame.type === 'disconnect' || frame.type === 'reject_subscription') {
      this.lost();
    } else if (frame.message && frame.identifier === this.identifier) {
      this.sequence = frame.message.sequence ?? this.sequence;
      if (frame.message.event === 'reload') this.missed();
      else this.heard(frame.message.event, frame.message.data);
    }
  }

  say(data) {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ command: 'message', identifier: this.identifier, data: JSON.stringify(data) }));
  }

  // A connection can die without a word: without pings it is over.
  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE);
  }

  lost() {
    this.drop();
    this.become(false);
    // all visitors of a site lose their sockets when a server restarts, and must not come back at the same moment
    const delay = Math.min(LONGEST, FIRST * 2 ** this.tries) * (0.5 + Math.random());
    this.tries += 1;
    this.again(delay);
    this.keepLooking();
  }

  drop() {
    clearTimeout(this.silence);
    clearInterval(this.presence);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  }

  become(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.changed(connected);
  }

  // Something may have been missed: only a look that begins afterwards sees all of it.
  missed() {
    this.gaps += 1;
    this.catchUp();
    this.keepLooking();
  }

  async catchUp() {
    const { gaps } = this;
    if (await this.look()) this.filled = gaps;
  }

  // Where no socket gets through, the widget works all the same.
  keepLooking() {
    this.looking ??= setInterval(() => {
      if (!this.connected || this.filled < this.gaps) return void this.catchUp();
      clearInterval(this.looking);
      this.looking = undefined;
    }, POLL);
  }
}
