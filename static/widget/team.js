// Who is there, and when somebody is there again.
import { t } from './words.js';

const DAY = 1440; // minutes

/** The agents who are online. */
export function present(members) {
  return members.filter((member) => member.availability_status === 'online');
}

// Weekday (0 is Sunday) and minute of the day where the inbox is.
function there(zone, now) {
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now);
    const get = (type) => parts.find((part) => part.type === type).value;
    return { day: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(get('weekday')), minute: Number(get('hour')) * 60 + Number(get('minute')) };
  } catch {
    return { day: now.getDay(), minute: now.getHours() * 60 + now.getMinutes() };
  }
}

// When a day begins and ends, in minutes; of a day that is not named, nobody says that it is closed.
function span(hours) {
  if (!hours || hours.open_all_day) return [0, DAY];
  if (hours.closed_all_day) return undefined;
  return [(hours.open_hour ?? 0) * 60 + (hours.open_minutes ?? 0), (hours.close_hour ?? 0) * 60 + (hours.close_minutes ?? 0)];
}

const of = (channel, day) => span(channel.workingHours.find((hours) => hours.day_of_week === day));

/** Whether it is office hours now; they always are where none are kept. */
export function isOpen(channel, now = new Date()) {
  if (!channel.workingHoursEnabled) return true;
  const { day, minute } = there(channel.timezone, now);
  const today = of(channel, day);
  return Boolean(today && minute >= today[0] && minute < today[1]);
}

/** Minutes until somebody is there again; undefined if nobody says. */
export function untilOpen(channel, now = new Date()) {
  const { day, minute } = there(channel.timezone, now);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const hours = of(channel, (day + ahead) % 7);
    const wait = hours && ahead * DAY + hours[0] - minute;
    if (hours && wait > 0) return wait;
  }
  return undefined;
}

/** One line on whether somebody is there, and one on what to expect. */
export function availability(channel, members, settings, now = new Date()) {
  const open = isOpen(channel, now);
  const online = open && present(members).length > 0;
  if (online) return { online, title: settings.availableMessage || t('online'), text: t(`reply-${channel.replyTime}`) };
  const title = settings.unavailableMessage || t('away');
  if (open) return { online, title, text: t(`reply-${channel.replyTime}`) };
  if (channel.outOfOfficeMessage) return { online, title, text: channel.outOfOfficeMessage };
  return { online, title, text: back(untilOpen(channel, now), now) };
}

function back(minutes, now) {
  if (minutes === undefined) return t('back-later');
  const at = new Date(now.getTime() + minutes * 60000);
  const locale = document.documentElement.lang;
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at);
  if (minutes < 60) return t('back-minutes', { minutes });
  if (at.toDateString() === now.toDateString()) return t('back-today', { time });
  return t('back-day', { day: new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(at), time });
}
