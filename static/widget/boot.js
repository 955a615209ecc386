// What the server knows when the frame is asked for stands in the page as data, since its policy runs no script but files. The names are those
// of Chatwoot's frame.
const boot = JSON.parse(document.querySelector('meta[name="widget"]').content);

Object.assign(window, {
  chatwootWebChannel: boot.channel,
  widgetInboxId: boot.inboxId,
  chatwootPubsubToken: boot.pubsubToken,
  authToken: boot.authToken,
  globalConfig: boot.globalConfig,
  widgetWords: boot.words,
});
