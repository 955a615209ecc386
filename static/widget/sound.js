// Two soft tones, for a window of the chat's own. In a page, the page plays them: it is what people have touched, and browsers ask for that.
import { isFramed, tell } from './bridge.js';

const TONES = [[660, 0], [880, 0.09]]; // Hz, and when, in seconds

let sound;
if (!isFramed) {
  const wake = () => (sound ??= window.AudioContext && new AudioContext());
  ['click', 'keydown', 'touchend'].forEach((name) => addEventListener(name, wake, { once: true, passive: true }));
}

/** Plays them, here or in the page; an app that holds the chat does as it likes. */
export function chime() {
  tell('playAudio');
  if (!sound) return;
  sound.resume();
  for (const [pitch, later] of TONES) {
    const start = sound.currentTime + later;
    const [wave, gain] = [sound.createOscillator(), sound.createGain()];
    wave.frequency.value = pitch;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.12, start + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
    wave.connect(gain).connect(sound.destination);
    wave.start(start);
    wave.stop(start + 0.4);
  }
}
