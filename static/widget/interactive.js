// Messages that can be answered with a tap or a form. An answer is shown at once and disables what was answered.
import * as api from './api.js';
import { tell } from './bridge.js';
import { h, icon, outside, safeLink, safePicture } from './dom.js';
import { checkAll, field, submitter } from './fields.js';
import { why } from './refusals.js';
import { store } from './store.js';
import { inline } from './text.js';
import { t } from './words.js';

const REST = 600; // ms; arrow keys run through the faces

/** Draws what a message asks, below its text; undefined where there is nothing to answer. */
export function interactive(message) {
  const draw = { input_select: options, form, cards, article: articles, input_email: email, input_csat: survey }[message.content_type];
  return draw?.(message, message.content_attributes ?? {});
}

const list = (items) => (Array.isArray(items) ? items.filter((item) => item && typeof item === 'object') : []);

async function submit(message, body, change) {
  await api.answer(message.id, body);
  const { content_attributes: now } = store.messages.get(message.id) ?? message;
  store.take({ ...message, content_attributes: { ...now, ...change } });
  store.changed('messages');
}

const submitValues = (message, values) => submit(message, { message: { submitted_values: values } }, { submitted_values: values });

function options(message, { items, submitted_values: submitted }) {
  const chosen = list(submitted)[0]?.value;
  const problem = h('p.field-error', { role: 'alert', hidden: true });
  const buttons = list(items).map((item) => {
    const isChosen = chosen !== undefined && item.value === chosen;
    return h('button.option', { type: 'button', dir: 'auto', disabled: chosen !== undefined, 'aria-pressed': String(isChosen), onclick: () => choose(item) },
      isChosen && icon('check'), String(item.title ?? item.value));
  });
  async function choose({ title, value }) {
    buttons.forEach((button) => (button.disabled = true));
    try {
      await submitValues(message, [{ title, value }]);
    } catch (error) {
      buttons.forEach((button) => (button.disabled = false));
      problem.textContent = why(error);
      problem.hidden = false;
    }
  }
  return h('div.options', { role: 'group', 'aria-label': message.content || t('options') }, buttons, problem);
}

function form(message, { items, button_label: label, submitted_values: submitted }) {
  const given = list(submitted);
  if (given.length) {
    const named = (name) => list(items).find((item) => item.name === name)?.label ?? name;
    const facts = given.map(({ name, title, value }) => h('div', {}, h('dt', {}, named(name)), h('dd', { dir: 'auto' }, String(title ?? value ?? ''))));
    return h('dl.facts', {}, facts);
  }
  const fields = list(items).map((item) =>
    field({
      ...item,
      initial: item.default,
      options: list(item.options),
      patternError: item.pattern_error,
      required: item.required === undefined ? item.type !== 'text_area' : item.required === true || item.required === 'true' || item.required === 'required',
    }));
  const button = h('button.primary', { type: 'submit' }, label || t('submit'));
  const made = h('form.card.fields', { noValidate: true }, fields.map((one) => one.element), button);
  submitter(made, button, async () => {
    if (checkAll(fields)) await submitValues(message, fields.map((one) => ({ name: one.name, value: one.value() })));
  });
  return made;
}

function cards(message, { items }) {
  const made = list(items).map((item) => {
    const picture = safePicture(item.media_url);
    const actions = list(item.actions).map((action) => {
      const url = safeLink(action.uri);
      if (action.type === 'link') return url && outside(url, { class: 'card-action' }, action.text, icon('out'));
      return h('button.card-action', { type: 'button', onclick: () => tell('postback', { data: { ...action, message_id: message.id } }) }, action.text);
    });
    const words = [h('strong', { dir: 'auto' }, item.title), item.description && h('p', { dir: 'auto' }, inline(String(item.description)))];
    return h('li.card', {}, picture && h('img', { src: picture, alt: '', loading: 'lazy' }), h('div.card-words', {}, words), actions);
  });
  return h('ul.cards', { 'aria-label': t('cards') }, made);
}

function articles(message, { items }) {
  const made = list(items).map((item) => {
    const url = safeLink(item.link);
    const words = [h('strong', { dir: 'auto' }, item.title), item.description && h('span', { dir: 'auto' }, String(item.description))];
    return h('li', {}, url ? outside(url, { class: 'article' }, h('span.card-words', {}, words), icon('out')) : h('span.article', {}, h('span.card-words', {}, words)));
  });
  return h('ul.card.articles', {}, made);
}

function email(message, { submitted_email: submitted }) {
  if (submitted) return h('p.given', {}, icon('mail'), h('span', { dir: 'ltr' }, submitted));
  const address = field({ name: 'email', label: t('field-email'), type: 'email', required: true, placeholder: t('email-example') });
  const button = h('button.primary', { type: 'submit' }, t('submit'));
  const made = h('form.card.fields', { noValidate: true }, address.element, button);
  submitter(made, button, async () => {
    if (!checkAll([address])) return;
    await submit(message, { contact: { email: address.value() } }, { submitted_email: address.value() });
    store.contact = { ...store.contact, has_email: true };
  });
  return made;
}

function survey(message, { display_type: display, submitted_values: submitted }) {
  const stars = display === 'star';
  let { rating, feedback_message: feedback } = submitted?.csat_survey_response ?? {};
  const said = h('p.survey-said', { role: 'status' });
  const box = h('textarea', { rows: 2, maxlength: 2000, 'aria-label': t('survey-more'), placeholder: t('survey-more'), dir: 'auto' });
  const button = h('button.primary', { type: 'submit' }, t('submit'));
  const more = h('div.fields', { hidden: !rating || Boolean(feedback) }, box, button);
  const made = h('form.card.survey', { 'data-stars': stars, noValidate: true });
  const send = () => api.answer(message.id, { message: { submitted_values: { csat_survey_response: { rating, feedback_message: feedback ?? '' } } } });
  let timer;
  const choices = [1, 2, 3, 4, 5].map((value) => {
    const radio = h('input', { type: 'radio', name: `rating-${message.id}`, value, checked: rating === value, onchange: () => choose(value) });
    return h(`label.face.face-${value}`, { title: t(`rating-${value}`) }, radio, h('span', { 'aria-hidden': 'true' }, icon(stars ? 'star' : `face-${value}`)),
      h('span.hidden', {}, t(`rating-${value}`)));
  });
  function choose(value) {
    rating = value;
    more.hidden = false;
    made.dataset.rated = value;
    clearTimeout(timer);
    timer = setTimeout(() => send().then(() => (said.textContent = t('survey-thanks')), failed), REST);
  }
  function failed(error) {
    said.textContent = why(error);
  }
  if (rating) {
    made.dataset.rated = rating;
    said.textContent = t('survey-thanks');
  }
  made.append(h('fieldset', {}, h('legend.hidden', {}, message.content || t('survey-question')), h('div.faces', {}, choices)), said, more);
  submitter(made, button, async () => {
    clearTimeout(timer);
    feedback = box.value.trim();
    await send();
    more.hidden = true;
    said.textContent = t('survey-thanks');
  });
  return made;
}

/** Whether a message can be answered a second time, so that it must stay as it is while somebody is at it. */
export const keepsItself = (message) => message.content_type === 'input_csat';

