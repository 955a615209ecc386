// One message: who wrote it, what it answers, its text, files and questions, and what became of it.
import { avatar, h, icon, iconButton, outside, safePicture } from './dom.js';
import { interactive, keepsItself } from './interactive.js';
import { why } from './refusals.js';
import { mine, store } from './store.js';
import { markdown, plain } from './text.js';
import { clock, size, t } from './words.js';

const channel = window.chatwootWebChannel;

/** Whom a message is from: the agent, the bot, or the inbox itself. */
export function author(message) {
  const { sender } = message;
  const name = sender?.available_name || sender?.name;
  const picture = sender?.avatar_url || sender?.thumbnail;
  const isBot = sender?.type === 'agent_bot';
  if (!name) return { name: channel.websiteName, picture: channel.avatarUrl };
  const ours = isBot && channel.enabledFeatures?.includes('use_inbox_avatar_for_bot');
  return { name, picture: (ours && channel.avatarUrl) || picture };
}

/** What a message says, in a few words. */
export function summary(message) {
  if (message.content_attributes?.deleted) return t('deleted');
  return plain(message.content) || (message.attachments?.length || message.file ? t('attachment') : t('message'));
}

/** What of a message can be seen; while it is the same, the drawn message stays. Whether it was read or sent is not among it, nor how it stands. */
export function signature(message) {
  const { content, content_attributes: attributes, attachments, sender, status, progress, refused } = message;
  const pending = message.id ? undefined : [status, Math.round((progress ?? 0) * 20), refused?.status];
  return JSON.stringify([content, keepsItself(message) || attributes, attachments, sender?.id, sender?.name, pending]);
}

/** Draws it. */
export function draw(message, { reply, jump }) {
  const own = mine(message);
  const deleted = message.content_attributes?.deleted;
  const { name, picture } = author(message);
  const questions = deleted ? undefined : interactive(message);
  const files = deleted ? [] : [...(message.attachments ?? []).map(attachment), message.file && underWay(message)].filter(Boolean);
  const text = deleted ? t('deleted') : message.content;
  const quoted = quote(message, jump);
  const bubble = (text || quoted) && h(deleted ? 'div.bubble.deleted' : 'div.bubble', { dir: 'auto' }, quoted, text && markdown(text));
  const said = h('p.hidden', {}, t('said', { name: own ? t('you') : name, time: clock(message.created_at) }));
  const answer = message.id && !deleted && iconButton('reply', t('reply'), () => reply(message), { class: 'icon-button reply' });
  const stack = h('div.stack', {}, !own && h('p.who', { 'aria-hidden': 'true' }, name), said, bubble, files, questions, own && fate(message));
  return h(own ? 'li.message.own' : 'li.message.other', { id: message.id ? `message-${message.id}` : undefined, tabindex: -1 },
    !own && h('span.face-place', {}, avatar(name, picture)), stack, answer,
    h('time', { 'aria-hidden': 'true', datetime: new Date(message.created_at * 1000).toISOString() }, clock(message.created_at)));
}

function quote(message, jump) {
  const id = message.content_attributes?.in_reply_to;
  const quoted = id && store.messages.get(Number(id));
  if (!quoted) return undefined;
  return h('button.quote', { type: 'button', onclick: () => jump(id) }, h('span.hidden', {}, t('quoted')),
    h('strong', {}, mine(quoted) ? t('you') : author(quoted).name), h('span', { dir: 'auto' }, summary(quoted)));
}

function filename(url) {
  try {
    return decodeURIComponent(new URL(url, location.href).pathname.split('/').pop());
  } catch {
    return t('attachment');
  }
}

function attachment({ file_type: type, data_url: url, thumb_url: thumb, file_size: bytes, width, height, fallback_title: title }) {
  const link = safePicture(url);
  if (!link) return title && h('p.bubble', { dir: 'auto' }, String(title));
  const name = title || filename(link);
  if (type === 'image') {
    const box = { width: width || undefined, height: height || undefined };
    return outside(link, { class: 'picture', 'aria-label': t('picture', { name }) }, h('img', { src: safePicture(thumb) ?? link, alt: '', loading: 'lazy', ...box }));
  }
  if (type === 'audio') return h('audio', { src: link, controls: true, preload: 'metadata', 'aria-label': name });
  if (type === 'video') return h('video', { src: link, controls: true, preload: 'metadata', 'aria-label': name });
  return outside(link, { class: 'file', download: name }, icon('file'), h('span', {}, h('strong', { dir: 'auto' }, name), bytes ? h('small', {}, size(bytes)) : null));
}

function underWay({ file, preview, progress = 0, status }) {
  const bar = status === 'sending' && h('progress', { value: progress, max: 1, 'aria-label': t('sending-file', { name: file.name }) });
  if (preview) return h('span.picture', {}, h('img', { src: preview, alt: file.name }), bar);
  return h('span.file', {}, icon('file'), h('span', {}, h('strong', { dir: 'auto' }, file.name), h('small', {}, size(file.size)), bar));
}

function reason({ refused, file }) {
  if (!refused) return t('failed');
  return file && refused.status === 422 ? t('error-kind', { name: file.name }) : why(refused);
}

function fate(message) {
  if (message.status !== 'failed' || message.id) return undefined;
  const echo = message.echo_id;
  return h('p.failed', {}, icon('alert'), h('span', {}, reason(message)),
    !message.final && h('button.link', { type: 'button', onclick: () => store.retry(echo) }, t('retry')),
    h('button.link', { type: 'button', onclick: () => store.discard(echo) }, t('discard')));
}
