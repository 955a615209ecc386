// The words of the frame come from the server's catalogues; arguments stand in them as `{$name}`.

let words = {};
let language = 'en';
let asked = new URLSearchParams(location.search).get('locale');

/** Takes over a catalogue: `{ language, direction, words }`. The direction is that of the site, even where we do not speak its language. */
export function learn(catalogue) {
  ({ words, language } = catalogue);
  Object.assign(document.documentElement, { lang: language, dir: catalogue.direction });
}

/** The text called this. */
export function t(name, args = {}) {
  return (words[name] ?? name).replace(/\{\$(\w+)\}/g, (_, key) => args[key] ?? '');
}

/** Fetches the words of another language; keeps those at hand if that fails. */
export async function speak(locale) {
  if (locale === asked) return;
  asked = locale;
  const read = async (answer) => (answer.ok ? answer.json() : undefined);
  const catalogue = await fetch(`/widget/words?locale=${encodeURIComponent(locale)}`).then(read).catch(() => undefined);
  if (asked !== locale) return; // another one has been asked for since
  if (catalogue) learn(catalogue);
  else asked = undefined;
}

/** `14:05`, or however this language writes it. */
export function clock(seconds) {
  return format({ hour: 'numeric', minute: '2-digit' }, seconds);
}

/** `Today`, `Yesterday`, or the day itself. */
export function day(seconds) {
  const days = Math.round((midnight(Date.now()) - midnight(seconds * 1000)) / 864e5);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return format({ weekday: 'long', day: 'numeric', month: 'long', year: days > 300 ? 'numeric' : undefined }, seconds);
}

function midnight(milliseconds) {
  return new Date(milliseconds).setHours(0, 0, 0, 0);
}

function format(how, seconds) {
  // Thai calendars count other years than the pages of the agents do
  const tag = language === 'th' ? 'th-TH-u-ca-gregory' : language;
  return new Intl.DateTimeFormat(tag, how).format(new Date(seconds * 1000));
}

/** `1.4 MB` */
export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let at = 0;
  while (bytes >= 1000 && at < 3) [bytes, at] = [bytes / 1000, at + 1];
  return `${bytes >= 10 || !at ? Math.round(bytes) : bytes.toFixed(1)} ${units[at]}`;
}
