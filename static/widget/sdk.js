// What a website loads: it makes the bubble and the frame, and speaks with the frame. Its names are those of Chatwoot's SDK, so that snippets
// work unchanged. It sets styles through the CSSOM and listeners through code: a site needs no 'unsafe-inline' in its policy for us.
(function () {
  'use strict';
  if (window.chatwootSDK) return;

  var PREFIX = 'chatwoot-widget:';
  var YEAR = 365 * 86400;
  var SVG = 'http://www.w3.org/2000/svg';
  var woot, frame, holder, bubble, bubbles, label, badge, origin, sound, lastUrl;
  var waiting = []; // what is said before the frame can hear it
  var unread = 0;

  // `all: initial` and two classes keep the page's own rules out; every rule begins with a class of ours, so none of them gets into the page.
  var CSS =
    '.woot-widget-holder.woot-widget-holder{all:initial;position:fixed;z-index:2147483000;bottom:100px;right:20px;width:400px;' +
    'height:min(690px,calc(100% - 120px));max-width:calc(100% - 40px);border-radius:18px;overflow:hidden;background:transparent;' +
    'box-shadow:0 0 0 1px rgba(16,18,40,.06),0 24px 60px -12px rgba(16,18,40,.3);opacity:1;transform:none;transform-origin:100% 100%;' +
    'transition:opacity .18s ease-out,transform .22s cubic-bezier(.2,.9,.3,1),visibility 0s}' +
    '.woot-widget-holder.woot-elements--left{right:auto;left:20px;transform-origin:0 100%}' +
    '.woot-widget-holder.woot-widget-holder--flat{bottom:88px;border-radius:4px}' +
    '.woot-widget-holder.woot-widget--without-bubble{bottom:20px;height:min(690px,calc(100% - 40px))}' +
    '.woot-widget-holder.woot--hide{opacity:0;transform:translateY(12px) scale(.98);visibility:hidden;pointer-events:none;' +
    'transition:opacity .14s ease-in,transform .14s ease-in,visibility 0s .14s}' +
    '.woot-widget-holder.has-unread-view{height:auto;box-shadow:none;border-radius:0;max-height:calc(100% - 120px)}' +
    '.woot-widget-holder .woot-frame{all:initial;visibility:inherit;pointer-events:inherit;display:block;width:100%;height:100%;border:0;color-scheme:light;background:transparent}' +
    '.woot--bubble-holder.woot--bubble-holder{all:initial}' +
    '.woot--bubble-holder .woot-widget-bubble{all:initial;box-sizing:border-box;position:fixed;z-index:2147483000;bottom:20px;right:20px;display:flex;' +
    'align-items:center;justify-content:center;gap:10px;width:60px;height:60px;border-radius:30px;cursor:pointer;background:var(--woot,#1f93ff);' +
    'color:var(--woot-on,#fff);box-shadow:0 6px 20px -4px rgba(16,18,40,.35),0 1px 3px rgba(16,18,40,.2);' +
    'font:600 16px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans Thai",sans-serif;transition:transform .16s ease-out,box-shadow .16s}' +
    '.woot--bubble-holder .woot-widget-bubble:hover{transform:translateY(-2px);box-shadow:0 10px 26px -4px rgba(16,18,40,.4),0 1px 3px rgba(16,18,40,.2)}' +
    '.woot--bubble-holder .woot-widget-bubble:active{transform:scale(.96)}' +
    '.woot--bubble-holder .woot-widget-bubble:focus-visible{outline:3px solid var(--woot,#1f93ff);outline-offset:3px}' +
    '.woot--bubble-holder .woot-elements--left{right:auto;left:20px}' +
    '.woot--bubble-holder .woot-widget-bubble--flat{bottom:16px;border-radius:4px}' +
    '.woot--bubble-holder .woot-widget--expanded:not(.woot--close){width:auto;padding:0 24px 0 20px}' +
    '.woot--bubble-holder svg{all:initial;flex:none;width:28px;height:28px;fill:none;stroke:var(--woot-on,#fff);stroke-width:2;stroke-linecap:round;' +
    'stroke-linejoin:round;cursor:pointer}' +
    '.woot--bubble-holder .woot-label,.woot--bubble-holder .woot-close-icon,.woot--bubble-holder .woot--close .woot-chat-icon{display:none}' +
    '.woot--bubble-holder .woot--close .woot-close-icon{display:block}' +
    '.woot--bubble-holder .woot-widget--expanded:not(.woot--close) .woot-label{display:inline;max-width:50vw;overflow:hidden;text-overflow:ellipsis;' +
    'white-space:nowrap;color:var(--woot-on,#fff)}' +
    '.woot--bubble-holder .woot-badge{all:initial;display:none;position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:22px;height:22px;' +
    'padding:0 6px;border:2px solid #fff;border-radius:11px;background:#d42a3c;color:#fff;font:700 12px/18px system-ui,-apple-system,sans-serif;text-align:center}' +
    '.woot--bubble-holder .unread-notification:not(.woot--close) .woot-badge{display:block}' +
    '.woot--bubble-holder .woot-hidden,.woot--bubble-holder.woot-hidden .woot-widget-bubble{display:none}' +
    // a phone shows nothing but the conversation
    '@media (max-width:668px){.woot-widget-holder.woot-widget-holder:not(.has-unread-view){inset:0;width:100%;max-width:none;' +
    'height:var(--woot-height,100%);border-radius:0}.woot--bubble-holder .woot--close{display:none}' +
    '.woot-widget-holder.has-unread-view{width:calc(100% - 40px)}}' +
    '@media (prefers-reduced-motion:reduce){.woot-widget-holder.woot-widget-holder,.woot--bubble-holder .woot-widget-bubble{transition:none;transform:none}}' +
    '@media print{.woot-widget-holder.woot-widget-holder,.woot--bubble-holder.woot--bubble-holder{display:none}}';

  function style() {
    if (document.adoptedStyleSheets && window.CSSStyleSheet && CSSStyleSheet.prototype.replaceSync) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      document.adoptedStyleSheets = Array.prototype.concat.call([], Array.from(document.adoptedStyleSheets), sheet);
    } else {
      var element = document.createElement('style');
      element.textContent = CSS;
      document.head.appendChild(element);
    }
  }

  // ---- cookies of the page: a visitor is known by them, since frames of other sites get none of their own ----

  function cookie(name) {
    var found = document.cookie.split('; ').filter(function (part) { return part.indexOf(name + '=') === 0; })[0];
    return found ? decodeURIComponent(found.slice(name.length + 1)) : undefined;
  }

  function keep(name, value, seconds) {
    document.cookie = name + '=' + encodeURIComponent(value) + '; path=/; max-age=' + seconds + '; samesite=lax' +
      (woot.baseDomain ? '; domain=' + woot.baseDomain : '') + (location.protocol === 'https:' ? '; secure' : '');
  }

  function userCookie() { return 'cw_user_' + woot.websiteToken; }

  // Tells users apart, so that the same one is not sent at every page; it protects nothing.
  function hash(text) {
    for (var value = 0x811c9dc5, i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    return (value >>> 0).toString(16) + text.length.toString(16);
  }

  // ---- the two sides ----

  function fire(name, detail) { window.dispatchEvent(new CustomEvent(name, { detail: detail })); }

  function say(event, value) {
    var message = PREFIX + JSON.stringify(Object.assign({ event: event }, value));
    if (woot.hasLoaded) frame.contentWindow.postMessage(message, origin);
    else waiting.push(message);
  }

  function hear(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    if (typeof event.data !== 'string' || event.data.indexOf(PREFIX) !== 0) return;
    try { var message = JSON.parse(event.data.slice(PREFIX.length)); } catch (e) { return; }
    if (Object.prototype.hasOwnProperty.call(on, message.event)) on[message.event](message);
  }

  var on = {
    loaded: function (message) {
      keep('cw_conversation', message.config.authToken, YEAR);
      woot.hasLoaded = true;
      var config = { campaignsSnoozedTill: cookie('cw_snooze_campaigns_till') };
      ['locale', 'position', 'hideMessageBubble', 'showPopoutButton', 'widgetStyle', 'darkMode', 'showUnreadMessagesDialog', 'welcomeTitle',
        'welcomeDescription', 'availableMessage', 'unavailableMessage', 'enableFileUpload', 'enableEmojiPicker', 'enableEndConversation']
        .forEach(function (name) { config[name] = woot[name]; });
      say('config-set', config);
      show(message.config.channelConfig || {});
      layout();
      moved();
      waiting.splice(0).forEach(function (text) { frame.contentWindow.postMessage(text, origin); });
      if (woot.isOpen) say('toggle-open', { isOpen: true });
      if (!woot.resetTriggered) fire('chatwoot:ready');
    },
    error: function (message) {
      fire('chatwoot:error', message.data);
      if (message.errorType === 'SET_USER_ERROR') keep(userCookie(), '', 0);
    },
    onEvent: function (message) { fire(message.eventIdentifier, message.data); },
    setBubbleLabel: function (message) {
      label.textContent = woot.launcherTitle || message.label;
      bubble.setAttribute('aria-label', label.textContent);
      frame.title = message.title || label.textContent;
    },
    setAuthCookie: function (message) { keep('cw_conversation', message.data.widgetAuthToken, YEAR); },
    setCampaignReadOn: function (message) { keep('cw_snooze_campaigns_till', Date.now() + message.time, message.time / 1000); },
    postback: function (message) { fire('chatwoot:postback', message); },
    toggleBubble: function (message) { toggle(message.state); },
    popoutChatWindow: function () { woot.popoutChatWindow(); },
    closeWindow: function () { toggle('close'); },
    closeChat: function () { toggle('close'); },
    onBubbleToggle: function (message) { toggle(message.isOpen ? 'open' : 'close'); },
    updateIframeHeight: function (message) {
      if (!holder.classList.contains('has-unread-view')) return;
      frame.style.height = message.isFixedHeight ? Math.min(Math.max(0, +message.extraHeight || 0), innerHeight) + 'px' : '';
    },
    // a glance at what is new, above the bubble; the conversation is not open yet
    setUnreadMode: function () {
      if (woot.isOpen) return;
      holder.classList.add('has-unread-view');
      holder.classList.remove('woot--hide');
    },
    resetUnreadMode: function () {
      var glance = holder.classList.contains('has-unread-view');
      holder.classList.remove('has-unread-view');
      frame.style.height = '';
      if (glance && !woot.isOpen) holder.classList.add('woot--hide');
    },
    handleNotificationDot: function (message) {
      unread = message.unreadMessageCount || 0;
      badge.textContent = unread > 9 ? '9+' : unread || '';
      bubble.classList.toggle('unread-notification', unread > 0);
      bubble.setAttribute('aria-label', label.textContent + (unread && message.label ? ', ' + message.label : ''));
    },
    playAudio: function () { play(); }
  };

  // ---- what is seen ----

  function icon(name, path) {
    var svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', name);
    svg.setAttribute('aria-hidden', 'true');
    var line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', path);
    svg.appendChild(line);
    return svg;
  }

  function element(name, classes) {
    var made = document.createElement(name);
    made.className = classes;
    return made;
  }

  function build() {
    style();
    origin = new URL(woot.baseUrl || '/', location.href).origin;
    holder = element('div', 'woot-widget-holder woot--hide woot-elements--' + woot.position +
      (woot.hideMessageBubble ? ' woot-widget--without-bubble' : '') + (woot.widgetStyle === 'flat' ? ' woot-widget-holder--flat' : ''));
    holder.id = 'cw-widget-holder';
    frame = element('iframe', 'woot-frame');
    frame.id = 'chatwoot_live_chat_widget';
    frame.allow = 'camera; microphone; fullscreen; display-capture; picture-in-picture; clipboard-write';
    frame.src = address();
    holder.appendChild(frame);
    bubbles = element('div', 'woot--bubble-holder' + (woot.hideMessageBubble ? ' woot-hidden' : ''));
    bubbles.id = 'cw-bubble-holder';
    bubble = element('button', 'woot-widget-bubble woot-elements--' + woot.position +
      (woot.type === 'expanded_bubble' ? ' woot-widget--expanded' : '') + (woot.widgetStyle === 'flat' ? ' woot-widget-bubble--flat' : ''));
    bubble.type = 'button';
    bubble.setAttribute('aria-expanded', 'false');
    bubble.setAttribute('aria-controls', holder.id);
    label = element('span', 'woot-label');
    badge = element('span', 'woot-badge');
    badge.setAttribute('aria-hidden', 'true');
    bubble.append(icon('woot-chat-icon', 'M7.9 20A9 9 0 1 0 4 16.1L2 22Z'), icon('woot-close-icon', 'm6 9 6 6 6-6'), label, badge);
    bubble.addEventListener('click', function () { toggle(); });
    bubbles.appendChild(bubble);
    addEventListener('message', hear);
    addEventListener('resize', layout);
    document.body.appendChild(holder);
  }

  function show(channel) {
    var colour = channel.widgetColor || '#1f93ff';
    bubbles.style.setProperty('--woot', colour);
    bubbles.style.setProperty('--woot-on', bright(colour) ? '#16161d' : '#fff');
    if (!bubbles.isConnected) document.body.appendChild(bubbles);
  }

  // Which of dark and white reads better on a colour: where the two contrasts of WCAG meet.
  function bright(colour) {
    var hex = /^#?([0-9a-f]{6})$/i.exec(colour.trim().replace(/^#?(.)(.)(.)$/, '#$1$1$2$2$3$3'));
    if (!hex) return false;
    var parts = [0, 2, 4].map(function (at) {
      var part = parseInt(hex[1].substr(at, 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.19;
  }

  function toggle(state) {
    var open = state === 'open' || (state !== 'close' && !woot.isOpen);
    if (!holder) return void (woot.isOpen = open); // there is no body yet
    on.resetUnreadMode();
    if (open === woot.isOpen) return;
    woot.isOpen = open;
    holder.classList.toggle('woot--hide', !open);
    bubble.classList.toggle('woot--close', open);
    bubble.setAttribute('aria-expanded', String(open));
    layout();
    if (woot.hasLoaded) say('toggle-open', { isOpen: open });
    if (open) {
      say('push-event', { eventName: 'webwidget.triggered' });
      say('widget-visible');
      frame.focus();
    } else if (document.activeElement === frame || document.activeElement === document.body) {
      bubble.focus();
    }
    fire(open ? 'chatwoot:opened' : 'chatwoot:closed');
  }

  // On a phone the keyboard covers what is fixed to the window; the visual viewport is what is left.
  function layout() {
    var isMobile = matchMedia('(max-width: 668px)').matches;
    if (woot.hasLoaded) say('toggle-close-button', { isMobile: isMobile });
    holder.style.setProperty('--woot-height', isMobile && window.visualViewport ? visualViewport.height + 'px' : '100%');
  }

  function moved() {
    if (lastUrl === location.href) return;
    lastUrl = location.href;
    say('change-url', { referrerURL: lastUrl, referrerHost: location.host });
  }

  // A page that changes its address without loading tells nobody where there is no Navigation API; what it draws then does.
  function watchAddress() {
    if (window.navigation) navigation.addEventListener('currententrychange', moved);
    else new MutationObserver(moved).observe(document.body, { childList: true, subtree: true });
    addEventListener('popstate', moved);
  }

  // ---- the sound: two soft tones. Browsers allow it once somebody has touched the page ----

  function wake() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (!sound && Context) sound = new Context();
  }

  function play() {
    if (!sound) return;
    if (sound.state === 'suspended') sound.resume();
    [[660, 0], [880, 0.09]].forEach(function (tone) {
      var start = sound.currentTime + tone[1], wave = sound.createOscillator(), gain = sound.createGain();
      wave.frequency.value = tone[0];
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.12, start + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
      wave.connect(gain).connect(sound.destination);
      wave.start(start);
      wave.stop(start + 0.4);
    });
  }

  // ---- what a site calls ----

  function address(withoutSession) {
    var session = withoutSession ? undefined : cookie('cw_conversation');
    return woot.baseUrl + '/widget?website_token=' + encodeURIComponent(woot.websiteToken) +
      (session ? '&cw_conversation=' + encodeURIComponent(session) : '') + (woot.locale ? '&locale=' + encodeURIComponent(woot.locale) : '');
  }

  function mode(wanted) { return ['light', 'auto', 'dark'].indexOf(wanted) < 0 ? 'light' : wanted; }

  function whole(value, message) {
    if (!value || (typeof value === 'object' && !Object.keys(value).length)) throw new Error(message);
    return value;
  }

  var methods = {
    toggle: toggle,
    toggleBubbleVisibility: function (visibility) {
      if (visibility !== 'show' && visibility !== 'hide') return;
      woot.hideMessageBubble = visibility === 'hide';
      if (!holder) return;
      bubbles.classList.toggle('woot-hidden', woot.hideMessageBubble);
      holder.classList.toggle('woot-widget--without-bubble', woot.hideMessageBubble);
      say('sdk-set-bubble-visibility', { hideMessageBubble: woot.hideMessageBubble });
    },
    popoutChatWindow: function () {
      toggle('close');
      window.open(address(), 'webwidget_session_' + woot.websiteToken, 'resizable=off,width=400,height=640');
    },
    setUser: function (identifier, user) {
      if (typeof identifier !== 'string' && typeof identifier !== 'number') throw new Error('Identifier should be a string or a number');
      if (!user || !['avatar_url', 'email', 'name'].some(function (key) { return user[key]; })) {
        throw new Error('User object should have one of the keys [avatar_url, email, name]');
      }
      var seen = hash(JSON.stringify([identifier, user]));
      if (cookie(userCookie()) === seen) return;
      woot.identifier = identifier;
      woot.user = user;
      say('set-user', { identifier: identifier, user: user });
      keep(userCookie(), seen, YEAR);
    },
    setCustomAttributes: function (attributes) {
      say('set-custom-attributes', { customAttributes: whole(attributes, 'Custom attributes should have at least one key') });
    },
    deleteCustomAttribute: function (key) {
      say('delete-custom-attribute', { customAttribute: whole(key, 'Custom attribute is required') });
    },
    setConversationCustomAttributes: function (attributes) {
      say('set-conversation-custom-attributes', { customAttributes: whole(attributes, 'Custom attributes should have at least one key') });
    },
    deleteConversationCustomAttribute: function (key) {
      say('delete-conversation-custom-attribute', { customAttribute: whole(key, 'Custom attribute is required') });
    },
    setLabel: function (name) { say('set-label', { label: name || '' }); },
    removeLabel: function (name) { say('remove-label', { label: name || '' }); },
    setLocale: function (locale) { say('set-locale', { locale: (woot.locale = locale || 'en') }); },
    setColorScheme: function (wanted) { say('set-color-scheme', { darkMode: (woot.darkMode = mode(wanted)) }); },
    reset: function () {
      toggle('close');
      keep('cw_conversation', '', 0);
      keep(userCookie(), '', 0);
      woot.hasLoaded = false;
      woot.resetTriggered = true;
      woot.user = woot.identifier = undefined;
      waiting = [];
      lastUrl = undefined;
      if (frame) frame.src = address(true);
    }
  };

  window.chatwootSDK = {
    run: function (options) {
      if (window.$chatwoot) return;
      var settings = window.chatwootSettings || {};
      var asked = settings.showUnreadMessagesDialog;
      woot = window.$chatwoot = Object.assign({
        baseUrl: String(options.baseUrl || '').replace(/\/+$/, ''), websiteToken: options.websiteToken, baseDomain: settings.baseDomain,
        hasLoaded: false, isOpen: false, resetTriggered: false, hideMessageBubble: !!settings.hideMessageBubble,
        position: settings.position === 'left' ? 'left' : 'right', type: settings.type === 'expanded_bubble' ? 'expanded_bubble' : 'standard',
        locale: settings.useBrowserLanguage ? navigator.language.replace('-', '_') : settings.locale, useBrowserLanguage: !!settings.useBrowserLanguage,
        launcherTitle: settings.launcherTitle || '', showPopoutButton: !!settings.showPopoutButton,
        showUnreadMessagesDialog: asked === undefined || asked === null ? true : !!asked,
        widgetStyle: settings.widgetStyle === 'flat' ? 'flat' : 'standard', darkMode: mode(settings.darkMode), welcomeTitle: settings.welcomeTitle,
        welcomeDescription: settings.welcomeDescription, availableMessage: settings.availableMessage, unavailableMessage: settings.unavailableMessage,
        enableFileUpload: settings.enableFileUpload, enableEmojiPicker: settings.enableEmojiPicker, enableEndConversation: settings.enableEndConversation
      }, methods);
      ['click', 'keydown', 'touchend'].forEach(function (name) { addEventListener(name, wake, { once: true, passive: true }); });
      // Sites that put another body into the document take our elements along; the frame loads anew and finds its session in the cookie.
      ['turbo:before-render', 'turbolinks:before-render', 'astro:before-swap'].forEach(function (name) {
        document.addEventListener(name, function (event) {
          var body = event.detail ? event.detail.newBody : event.newDocument ? event.newDocument.body : event.data && event.data.newBody;
          if (!body || !holder) return;
          woot.hasLoaded = false;
          lastUrl = undefined;
          body.append(holder, bubbles);
        });
      });
      function begin() {
        build();
        watchAddress();
        if (window.visualViewport) visualViewport.addEventListener('resize', layout);
        if (woot.isOpen) toggle('open', (woot.isOpen = false));
      }
      if (document.body) begin();
      else document.addEventListener('DOMContentLoaded', begin);
    }
  };
})();
