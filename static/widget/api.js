// The widget's API. Everything is asked for with the website's token, and with the visitor's in a header.

const channel = window.chatwootWebChannel;
const PATIENCE = 30000; // ms; a connection that hangs is as good as none
let token = window.authToken;

/** Becomes another visitor. */
export function become(other) {
  token = other;
}

/** The visitor's token. */
export function session() {
  return token;
}

/** An answer that is none: `status` is 0 when there was no answer at all. */
export class Refusal extends Error {
  constructor(status, message, data) {
    super(message || `status ${status}`);
    this.status = status;
    this.data = data;
  }
}

function address(path, query = {}) {
  const url = new URL(`/api/v1/widget${path}`, location.href);
  url.searchParams.set('website_token', channel.websiteToken);
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== null) url.searchParams.set(key, value);
  return url;
}

async function call(method, path, { query, body, keepalive } = {}) {
  const asker = token;
  const headers = { 'X-Auth-Token': asker, Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  let answer;
  let text;
  try {
    const signal = AbortSignal.timeout?.(PATIENCE);
    answer = await fetch(address(path, query), { method, headers, body: body && JSON.stringify(body), keepalive, signal });
    text = await answer.text();
  } catch {
    throw new Refusal(0);
  }
  return read(asker, answer.status, text);
}

// What an answer says; one to somebody who was here before is for nobody.
function read(asker, status, text) {
  if (asker !== token) throw new Refusal(409);
  const data = parse(text);
  if (status >= 300) throw new Refusal(status, reason(data), data);
  return data;
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function reason(data) {
  const said = data?.message ?? data?.error;
  return typeof said === 'string' ? said : undefined;
}

const about = () => ({ referer_url: window.referrerURL ?? document.referrer, timestamp: new Date().toString() });

export const config = () => call('POST', '/config');
export const contact = () => call('GET', '/contact');
export const changeContact = (body) => call('PATCH', '/contact', { body });
export const setUser = (body) => call('PATCH', '/contact/set_user', { body });
export const forgetContactAttribute = (key) => call('POST', '/contact/destroy_custom_attributes', { body: { custom_attributes: [key] } });
export const conversation = () => call('GET', '/conversations');
export const endConversation = () => call('GET', '/conversations/toggle_status');
export const seen = () => call('POST', '/conversations/update_last_seen', { keepalive: true });
export const typing = (status) => call('POST', '/conversations/toggle_typing', { body: { typing_status: status }, keepalive: true });
export const transcript = (email) => call('POST', '/conversations/transcript', { body: { email } });
export const setAttributes = (attributes) => call('POST', '/conversations/set_custom_attributes', { body: { custom_attributes: attributes } });
export const forgetAttribute = (key) => call('POST', '/conversations/destroy_custom_attributes', { body: { custom_attribute: [key] } });
export const addLabel = (label) => call('POST', '/labels', { body: { label } });
export const removeLabel = (label) => call('DELETE', `/labels/${encodeURIComponent(label)}`);
export const members = () => call('GET', '/inbox_members');
export const campaigns = () => call('GET', '/campaigns');
export const messages = (query) => call('GET', '/messages', { query });
export const event = (name, info) => call('POST', '/events', { body: { name, event_info: { ...about(), ...info } } });
export const answer = (id, body) => call('PATCH', `/messages/${id}`, { body });

/** Begins a conversation with a first message, and says who writes. */
export const begin = ({ contact: who = {}, content, echo, attributes }) =>
  call('POST', '/conversations', {
    body: { contact: who, message: { content, echo_id: echo, ...about() }, ...(attributes && { custom_attributes: attributes }) },
  });

/** Writes a text. */
export const post = ({ content, echo, replyTo }) =>
  call('POST', '/messages', { body: { message: { content, echo_id: echo, reply_to: replyTo, ...about() } } });

/** Sends a file, and tells how much of it is under way, from 0 to 1. Only XMLHttpRequest knows that. */
export function upload({ file, echo, replyTo }, progress) {
  const form = new FormData();
  const fields = { echo_id: echo, ...about(), ...(replyTo && { reply_to: replyTo }) };
  for (const [key, value] of Object.entries(fields)) form.append(`message[${key}]`, value);
  form.append('message[attachments][]', file, file.name);
  const asker = token;
  const request = new XMLHttpRequest();
  let patience;
  const wait = () => {
    clearTimeout(patience);
    patience = setTimeout(() => request.abort(), PATIENCE);
  };
  return new Promise((resolve, reject) => {
    request.open('POST', address('/messages'));
    request.setRequestHeader('X-Auth-Token', asker);
    request.upload.onprogress = (step) => {
      wait();
      if (step.lengthComputable) progress(step.loaded / step.total);
    };
    request.onload = resolve;
    request.onerror = request.onabort = () => reject(new Refusal(0));
    request.onloadend = () => clearTimeout(patience);
    request.send(form);
    wait();
  }).then(() => read(asker, request.status, request.responseText));
}
