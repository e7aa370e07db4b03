// The horn: sounds that are made here, by precedence, after IEC 60601-1-8: soft edges, several
// harmonics, bursts with silence between. No permission is asked for. It must not be muted here:
// what rings is said by the desk, and ends when the desk says so.

const SOUNDS = {
  FLASH: { tones: [659, 831, 659, 831, 659], at: [0, 0.2, 0.4, 0.75, 0.95], gain: 0.5 },
  IMMEDIATE: { tones: [523, 523, 659], at: [0, 0.28, 0.56], gain: 0.35 },
  PRIORITY: { tones: [440, 440], at: [0, 0.35], gain: 0.22 },
  ROUTINE: { tones: [392], at: [0], gain: 0.12 },
  DEFERRED: { tones: [], at: [], gain: 0 },
  LOST: { tones: [330, 262], at: [0, 0.45], gain: 0.3 },
};
// A drill begins with two falling tones, so that nobody mistakes it with his eyes shut.
const DRILL = { tones: [784, 523], at: [0, 0.3], gain: 0.3 };
const DRILL_S = 0.8;
// Milliseconds between two bursts; a sound without one is heard once.
const EVERY = { FLASH: () => 2000, IMMEDIATE: (times) => (times < 6 ? 5000 : 60000) };

let context = null;
const heard = new Map();

/** Say whether sounds can be heard: a browser waits for a first key or click. */
export function awake() {
  return context !== null && context.state === "running";
}

/** Make the horn ready; to be called on a key or a click. */
export function wake() {
  context ??= new AudioContext();
  if (context.state !== "running") context.resume();
}

/** Play one burst. `drill` puts two falling tones before it. */
export function play(name, drill) {
  wake();
  const begin = context.currentTime + 0.02;
  if (drill) burst(DRILL, begin);
  burst(SOUNDS[name], begin + (drill ? DRILL_S : 0));
}

function burst(sound, begin) {
  sound.tones.forEach((tone, n) => {
    for (const harmonic of [1, 2, 3, 4]) {
      tick(tone * harmonic, begin + sound.at[n], sound.gain / (harmonic * 1.6));
    }
  });
}

function tick(frequency, at, gain) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(gain, at + 0.02);
  volume.gain.setValueAtTime(gain, at + 0.13);
  volume.gain.linearRampToValueAtTime(0, at + 0.17);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.2);
}

/** Ring the worst of what rings, as often as its precedence asks. `ringing` are [name, sound,
 * mode]; `now` is running time in milliseconds. */
export function ring(ringing, now) {
  const names = new Set(ringing.map(([name]) => name));
  for (const name of heard.keys()) if (!names.has(name)) heard.delete(name);
  for (const [name, sound, mode] of ringing) {
    const last = heard.get(name);
    const due = !last || (EVERY[sound] && now - last.at >= EVERY[sound](last.times));
    if (due) {
      play(sound, mode !== "REAL");
      heard.set(name, { at: now, times: (last?.times ?? 0) + 1 });
      // One burst at a time, the worst first; the others wait their turn.
      return;
    }
  }
}
