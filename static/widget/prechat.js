// The form before the first message, as the inbox is set up. What is known of the visitor is not asked again.
import * as api from './api.js';
import { h, icon } from './dom.js';
import { checkAll, field, submitter } from './fields.js';
import { header } from './header.js';
import { store } from './store.js';
import { inline } from './text.js';
import { t } from './words.js';

const channel = window.chatwootWebChannel;
const OF_CONTACT = { emailAddress: 'email', fullName: 'name', phoneNumber: 'phone_number' };
// What the server calls the usual fields in every language is said in the visitor's.
const USUAL = { 'Email Id': 'field-email', 'Full name': 'field-name', 'Phone number': 'field-phone' };

function asked() {
  const { has_email: emailAddress, has_phone_number: phoneNumber, identifier } = store.contact;
  // everybody has a name, if only one that the server made up
  const known = { emailAddress, phoneNumber, fullName: Boolean(emailAddress || phoneNumber || identifier) };
  const all = channel.preChatFormOptions?.pre_chat_fields;
  return Array.isArray(all) ? all.filter(({ enabled, name }) => enabled && !known[name]) : [];
}

/** Whether there is something to ask before a conversation begins. */
export const isNeeded = () => channel.preChatFormEnabled && (store.fresh || !store.conversation) && asked().length > 0;

function control(wanted) {
  const { name, label, type, values, placeholder, required, regex_pattern: pattern, regex_cue: patternError } = wanted;
  return field({
    name,
    label: USUAL[label] ? t(USUAL[label]) : label,
    type: name === 'phoneNumber' ? 'phone' : type,
    placeholder: name === 'phoneNumber' && !placeholder ? '+66812345678' : placeholder,
    required,
    pattern,
    patternError,
    options: (Array.isArray(values) ? values : []).map((value) => ({ label: String(value), value: String(value) })),
  });
}

/** Draws it; `done` is called once the conversation has begun: by `begin`, if that is given, else by a message. */
export function prechat({ settings, back, done, notice, begin }) {
  const wanted = asked();
  const fields = wanted.map(control);
  const message = !begin && field({ name: 'message', label: t('message'), type: 'textarea', required: true, placeholder: t('write') });
  const text = channel.preChatFormOptions?.pre_chat_message;
  const button = h('button.primary', { type: 'submit' }, t('start'), icon('send'));
  const form = h('form.fields', { noValidate: true }, text && h('p.form-text', { dir: 'auto' }, inline(text)), fields.map(({ element }) => element), message && message.element, button);
  const first = {}; // what the conversation begins with, which is told from another one when it is sent again
  submitter(form, button, async () => {
    if (!checkAll([...fields, message].filter(Boolean))) return;
    const contact = {};
    const ofContact = {};
    const attributes = {};
    wanted.forEach(({ name, field_type: kind, type }, at) => {
      let value = fields[at].value();
      if (value === '') return;
      if (type === 'number') value = Number(value);
      if (OF_CONTACT[name]) contact[OF_CONTACT[name]] = value;
      else if (kind === 'contact_attribute') ofContact[name] = value;
      else attributes[name] = value;
    });
    if (Object.keys(ofContact).length) contact.custom_attributes = ofContact;
    const ofConversation = Object.keys(attributes).length ? attributes : undefined;
    if (begin) await begin({ contact, attributes: ofConversation });
    else await store.begin(Object.assign(first, { contact, content: message.value(), attributes: ofConversation }));
    api.contact().then((contactNow) => (store.contact = contactNow), () => {});
    done();
  });
  return h('main.page', {}, header({ settings, back, notice }), h('div.scroll', { tabindex: -1 }, form));
}
