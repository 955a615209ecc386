// What the website says by itself: which campaigns are for this page, and when the time of one has come. It is shown until somebody looks closer
// or puts it away; then they are left alone for an hour, on all pages.
import * as api from './api.js';
import { tell } from './bridge.js';
import { store } from './store.js';
import { isOpen } from './team.js';

const HOUR = 3600000; // ms; the page keeps it in a cookie
const ANY = 'any0thing'; // stands for * where an address is read: it may be part of a host, too
const channel = window.chatwootWebChannel;

// Whether a text is made of these parts in their order, with anything between them.
function fits([first, ...rest], text) {
  if (!rest.length) return text === first;
  const last = rest.pop();
  let at = first.length;
  const end = text.length - last.length;
  if (end < at || !text.startsWith(first) || !text.endsWith(last)) return false;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a page is among those that a campaign is for. What follows a ? or a # counts only where the campaign names it. */
export function isFor(pattern, address) {
  let wanted, page;
  try {
    wanted = new URL(pattern.replaceAll('*', ANY));
    page = new URL(address);
  } catch {
    return false;
  }
  const same = (part) => fits(wanted[part].split(ANY), page[part]);
  const path = wanted.pathname.split(ANY);
  // with and without a slash at its end, it is the same page
  const bare = [...path.slice(0, -1), path.at(-1).replace(/\/$/, '')];
  const samePath = fits(path, page.pathname) || (path.at(-1) !== '' && fits(bare, page.pathname.replace(/\/$/, '')));
  return same('protocol') && same('host') && samePath && (!pattern.includes('?') || same('search')) && (!pattern.includes('#') || same('hash'));
}

/** The campaigns of this website. `changed` is called when another one is to be shown, or none. */
export class Campaigns {
  #settings;
  #changed;
  #all; // the list, once it was asked for
  #timers = [];
  #due = []; // those whose time has come on this page
  #address; // of this page

  constructor({ settings, changed }) {
    this.#settings = settings;
    this.#changed = changed;
  }

  /** What is to be shown now, as a message that nobody has stored; undefined while there is nothing, or somebody talks already. */
  said() {
    const [campaign] = this.#due;
    if (!campaign || this.#isSnoozed() || store.conversation || store.list().length) return undefined;
    return { id: `campaign-${campaign.id}`, campaign, content: campaign.message, sender: campaign.sender };
  }

  /** The visitor has come to a page. */
  async enter(address) {
    this.leave();
    this.#address = address;
    const begun = Date.now();
    const timers = (this.#timers = []);
    if (this.#isSnoozed()) return;
    this.#all ??= api.campaigns();
    const all = await this.#all.catch(() => (this.#all = undefined));
    // they may have gone on meanwhile
    if (this.#timers !== timers) return;
    for (const campaign of all?.filter(({ trigger_rules: rules }) => isFor(rules.url, address)) ?? []) {
      const wait = campaign.trigger_rules.time_on_page * 1000 - (Date.now() - begun);
      timers.push(setTimeout(() => this.#come(campaign), Math.max(0, wait)));
    }
  }

  #come(campaign) {
    if (campaign.trigger_only_during_business_hours && !isOpen(channel)) return;
    this.#due.push(campaign);
    this.#changed();
  }

  #isSnoozed() {
    return Number(this.#settings.campaignsSnoozedTill) > Date.now();
  }

  /** Nothing more is said on this page. */
  leave() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#due = [];
    this.#changed();
  }

  /** Takes what is shown, for somebody who looks closer, or puts it away. */
  take() {
    const campaign = this.said()?.campaign;
    if (!campaign) return undefined;
    this.#snooze(HOUR);
    this.leave();
    return campaign;
  }

  /** What was taken has led to nothing, and may be shown again. */
  giveBack() {
    this.#snooze(0);
    this.enter(this.#address);
  }

  #snooze(time) {
    this.#settings.campaignsSnoozedTill = Date.now() + time;
    tell('setCampaignReadOn', { time });
  }
}
