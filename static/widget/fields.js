// Form fields for the form before a conversation and for forms within it. What is wrong is said beside the field before anything is sent.
import { h } from './dom.js';
import { why } from './refusals.js';
import { t } from './words.js';

const LONGEST_PATTERN = 500;
let count = 0;

const RULES = {
  // as the server reads it, which would drop another one
  email: [/^(?!\.)[^\s@<>(),;:"]+(?<!\.)@(?:(?!-)[^\s@<>(),;:".]+(?<!-)\.)+(?!-)[^\s@<>(),;:".]+(?<!-)$/, 'error-email'],
  phone: [/^\+[1-9]\d{1,14}$/, 'error-phone'],
  link: [/^https?:\/\/\S+$/, 'error-link'],
  number: [/^-?\d+([.,]\d+)?$/, 'error-number'],
};

const INPUTS = { email: 'email', phone: 'tel', number: 'number', date: 'date', link: 'url' };
const COMPLETES = { email: 'email', phone: 'tel', fullName: 'name', name: 'name' };

/** Makes a field: `element`, `name`, `value()`, `check()` and `fail(text)`. */
export function field({ name, label, type = 'text', placeholder, required, options, pattern, patternError, title, initial }) {
  const id = `field-${(count += 1)}`;
  const error = h('p.field-error', { id: `${id}-error`, hidden: true });
  const common = { id, name, required: Boolean(required), 'aria-describedby': `${id}-error`, title };
  const control = make(type, { ...common, placeholder, autocomplete: COMPLETES[type] ?? COMPLETES[name] ?? 'off' }, options, initial);
  const isBox = type === 'checkbox';
  const caption = h('label', { htmlFor: id }, label || name, required || isBox ? null : h('span.optional', {}, ` ${t('optional')}`));
  const element = h(isBox ? 'div.field.check-field' : 'div.field', {}, isBox ? [control, caption] : [caption, control], error);
  const value = () => (isBox ? control.checked : control.value.trim());
  const fail = (text) => {
    error.textContent = text ?? '';
    error.hidden = !text;
    if (text) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  };
  const check = () => {
    const problem = wrong(value(), { type, required, pattern, patternError, badInput: control.validity?.badInput });
    fail(problem);
    return !problem;
  };
  control.addEventListener('input', () => control.getAttribute('aria-invalid') && check());
  return { element, control, name, value, check, fail };
}

function make(type, props, options, initial) {
  if (type === 'select' || type === 'list') {
    const choices = (options ?? []).map(({ label, value }) => h('option', { value }, label));
    const select = h('select', { ...props, placeholder: undefined }, h('option', { value: '' }, props.placeholder || t('choose')), choices);
    if (initial) select.value = initial;
    return select;
  }
  if (type === 'checkbox') return h('input', { ...props, placeholder: undefined, autocomplete: undefined, type, checked: Boolean(initial) });
  if (type === 'text_area' || type === 'textarea') return h('textarea', { ...props, rows: 3, dir: 'auto', value: initial });
  return h('input', { ...props, type: INPUTS[type] ?? 'text', dir: INPUTS[type] ? undefined : 'auto', step: type === 'number' ? 'any' : undefined, value: initial });
}

function wrong(value, { type, required, pattern, patternError, badInput }) {
  if (badInput) return t('error-number');
  if (value === '' || value === false) return required ? t('error-required') : undefined;
  const [rule, said] = RULES[type] ?? [];
  if (rule && !rule.test(value)) return t(said);
  if (pattern && !fits(value, pattern)) return patternError || t('error-pattern');
  return undefined;
}

function fits(value, pattern) {
  if (pattern.length > LONGEST_PATTERN) return true;
  try {
    const written = /^\/(.*)\/([a-z]*)$/.exec(pattern);
    return (written ? new RegExp(written[1], written[2].replace(/[gy]/g, '')) : new RegExp(`^(?:${pattern})$`)).test(value);
  } catch {
    return true; // a pattern that is none demands nothing
  }
}

/** Checks all of them, and puts the focus on the first that is wrong. */
export function checkAll(fields) {
  const bad = fields.filter((one) => !one.check());
  bad[0]?.control.focus();
  return !bad.length;
}

/** Runs what a form sends, once at a time; says beside its button what went wrong. */
export function submitter(form, button, send) {
  const problem = h('p.field-error', { role: 'alert', hidden: true });
  button.before(problem);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled')) return;
    problem.hidden = true;
    button.setAttribute('aria-disabled', 'true');
    try {
      await send();
    } catch (error) {
      problem.textContent = why(error);
      problem.hidden = false;
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}
