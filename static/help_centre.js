// Shows the chat of the website that a help centre belongs to. The pages need no script for anything else.
(function () {
  'use strict';
  var said = document.currentScript.dataset;
  if (window.chatwootSDK) window.chatwootSDK.run({ websiteToken: said.website, baseUrl: said.base });
})();
