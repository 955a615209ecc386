// Why the server did not take something, in the visitor's language. Its own sentences are English, and meant for programs.
import { t } from './words.js';

const BY_FIELD = {
  base: 'error-often',
  content: 'error-too-large',
  custom_attributes: 'error-pattern',
  email: 'error-email',
  name: 'error-name',
  phone_number: 'error-phone',
  submitted_values: 'error-answer',
};
const BY_STATUS = { 401: 'error-closed', 403: 'error-forbidden', 404: 'error-gone', 413: 'error-too-large', 429: 'error-often' };

/** A sentence on why a call failed: by the field that was wrong, else by the status. */
export function why({ status, data }) {
  if (!(status >= 400 && status < 500)) return t('error-offline');
  const field = Array.isArray(data?.attributes) && data.attributes.find((name) => Object.hasOwn(BY_FIELD, name));
  return t(BY_FIELD[field] ?? BY_STATUS[status] ?? 'error-refused');
}
