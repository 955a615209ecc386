// The inbox's colour is anybody's choice. What stands on it, and what is written with it, stays readable: the contrasts are computed.

const DARK = '#16161d';

/** Sets the variables that follow from the inbox's colour and the ground on which it stands. */
export function paint(root, colour, dark) {
  const brand = parse(colour) ?? parse('#1f93ff');
  const onBrand = contrast(brand, [255, 255, 255]) >= 4.5 || contrast(brand, [255, 255, 255]) >= contrast(brand, parse(DARK)) ? '#ffffff' : DARK;
  // where neither white nor black reaches 4.5, the ground itself gives way
  const ground = towards(brand, parse(onBrand), onBrand === DARK ? [255, 255, 255] : [0, 0, 0]);
  const surface = dark ? [38, 38, 46] : [240, 240, 244];
  const text = towards(brand, surface, dark ? [255, 255, 255] : [0, 0, 0]);
  root.style.setProperty('--brand', hex(ground));
  root.style.setProperty('--on-brand', onBrand);
  root.style.setProperty('--brand-text', hex(text));
  root.style.setProperty('--brand-soft', `rgb(${brand.join(' ')} / ${dark ? 22 : 10}%)`);
}

// Mixes a colour step by step with another one, until it stands out from its ground.
function towards(colour, ground, other) {
  for (let step = 0; step <= 20; step += 1) {
    const mixed = colour.map((part, at) => Math.round(part + ((other[at] - part) * step) / 20));
    if (contrast(mixed, ground) >= 4.6) return mixed;
  }
  return other;
}

function parse(colour) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(String(colour).trim());
  const long = short ? `#${short.slice(1).map((digit) => digit + digit).join('')}` : String(colour).trim();
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  return found ? found.slice(1).map((part) => parseInt(part, 16)) : undefined;
}

function hex(parts) {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

// Luminance and contrast as WCAG 2 defines them.
function luminance(parts) {
  const [red, green, blue] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
