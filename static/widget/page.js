// What the page says of its visitor and of their conversation, passed on to the server.
import * as api from './api.js';
import { tell } from './bridge.js';
import { store } from './store.js';

const AGAIN = 5000; // ms between tries to hear of another visitor

/** The functions that the page's events call. */
export function page({ cable, sync }) {
  // What is said of a conversation before there is one is kept until there is.
  const later = [];
  let last = Promise.resolve();
  const inTurn = (work) => (last = last.then(work).catch(failed));
  const ofConversation = (work) => (store.conversation ? inTurn(work) : later.push(work));
  store.addEventListener('conversation', () => store.conversation && later.splice(0).forEach(inTurn));

  function failed(error) {
    tell('error', { errorType: 'REQUEST_ERROR', data: { status: error.status, message: error.message } });
  }

  async function setUser({ identifier, user }) {
    let answer;
    try {
      answer = await api.setUser({ ...user, identifier: identifier === undefined ? undefined : String(identifier) });
    } catch (error) {
      return tell('error', { errorType: 'SET_USER_ERROR', data: error.data ?? { error: error.message } });
    }
    if (answer.widget_auth_token) {
      // somebody else than before: another session, with a conversation and a socket of its own
      cable.close();
      api.become(answer.widget_auth_token);
      tell('setAuthCookie', { data: { widgetAuthToken: answer.widget_auth_token } });
      store.reset();
      await hear(answer.widget_auth_token);
    } else {
      await sync();
    }
    store.contact = await api.contact();
    return store.changed('conversation');
  }

  // Until there is a socket of theirs, looks at the list go on.
  async function hear(session) {
    try {
      const { contact } = await api.config();
      cable.open(contact.pubsub_token);
    } catch {
      setTimeout(() => session === api.session() && hear(session), AGAIN);
    }
  }

  return {
    'push-event': ({ eventName }) => api.event(eventName).catch(() => {}),
    'change-url': ({ referrerURL, referrerHost }) => Object.assign(window, { referrerURL, referrerHost }),
    'set-user': (message) => inTurn(() => setUser(message)),
    'set-custom-attributes': ({ customAttributes }) => inTurn(() => api.changeContact({ custom_attributes: customAttributes })),
    'delete-custom-attribute': ({ customAttribute }) => inTurn(() => api.forgetContactAttribute(customAttribute)),
    'set-conversation-custom-attributes': ({ customAttributes }) => ofConversation(() => api.setAttributes(customAttributes)),
    'delete-conversation-custom-attribute': ({ customAttribute }) => ofConversation(() => api.forgetAttribute(customAttribute)),
    'set-label': ({ label }) => ofConversation(() => api.addLabel(label)),
    'remove-label': ({ label }) => ofConversation(() => api.removeLabel(label)),
  };
}
