// A small choice of emoji, in the characters of the visitor's own device.
import { h } from './dom.js';
import { t } from './words.js';

const ALL =
  '😀 😃 😄 😁 😅 😂 🙂 😉 😊 😍 😘 😋 😜 🤗 🤔 🤐 😐 😏 🙄 😬 😌 😔 😴 😷 🤒 🤯 😎 🤓 😕 😟 😮 😳 😢 😭 😱 😤 😡 👋 👌 👍 👎 👏 🙌 🙏 💪 ' +
  '🤝 ✌️ 🤞 👀 ❤️ 💔 💯 ✨ 🔥 🎉 🎁 ⭐ ☀️ 🌧️ ☕ 🍀 🌸 🐱 🐶 📦 🚚 💳 🛒 📞 📷 ⏰ ✅ ❌ ❓';
const PER_ROW = 8;

/** The picker: `chosen(emoji)` is called for one, `left()` when it is left without. Arrow keys go through it. */
export function picker(chosen, left) {
  const buttons = ALL.split(' ').map((emoji, at) => h('button', { type: 'button', tabindex: at ? -1 : 0, onclick: () => chosen(emoji) }, emoji));
  const move = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return left();
    }
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: PER_ROW, ArrowUp: -PER_ROW }[event.key];
    const to = step && buttons[buttons.indexOf(document.activeElement) + step];
    if (!to) return undefined;
    event.preventDefault();
    buttons.forEach((button) => (button.tabIndex = button === to ? 0 : -1));
    return to.focus();
  };
  const element = h('div.emoji', { role: 'group', 'aria-label': t('emoji'), onkeydown: move }, buttons);
  return { element, focus: () => buttons.find((button) => button.tabIndex === 0).focus() };
}
