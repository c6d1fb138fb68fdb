// The sentence said aloud: the contour that is predicted, the sliders that bend it, and the sound.

import { by, contour, make } from "/draw.js";

const STEPS = 12; // of a slider, to twice or half as much
const times = (steps) => 2 ** (steps / STEPS);
const shown = (steps) => `× ${times(steps).toFixed(2)}`;
let ask = null; // null where there is no voice
let sentence = null; // { text, changes } of what is on the page
let bendable = null; // the sentence whose words have sliders
let drawing = false;
let stale = false;
const bent = new Map(); // number of a word to the steps of its { pitch, length }

export function openVoice(about, asking) {
  by("silent").hidden = !about.voice.silent;
  by("voice").hidden = Boolean(about.voice.silent);
  if (about.voice.silent) {
    by("silent").textContent = about.voice.silent;
    return;
  }
  ask = asking;
  by("voice-name").textContent = about.voice.name;
  by("whole").append(slider("rate", "Rate", "of the sentence", redraw), slider("pitch", "Pitch", "of the sentence", redraw));
  by("say").addEventListener("submit", (event) => { event.preventDefault(); speak(); });
  by("straight").addEventListener("click", () => {
    for (const one of by("voice").querySelectorAll("input")) {
      one.value = 0;
      one.dispatchEvent(new Event("input"));
    }
    if (!by("sound").hidden) speak();
  });
}

export async function showVoice(question) {
  if (ask === null) return;
  if (sentence?.text !== question.text) bent.clear();
  sentence = question;
  by("sound").pause();
  by("sound").hidden = true;
  await redraw();
}

function question() {
  return {
    ...sentence, rate: times(Number(by("rate").value)), pitch: times(Number(by("pitch").value)),
    words: [...bent].map(([word, { pitch, length }]) => ({ word, pitch: times(pitch), length: times(length) })),
  };
}

function tell(error) {
  by("voice-wrong").hidden = !error;
  by("voice-wrong").textContent = error ?? "";
}

// A slider asks faster than it is answered: whoever draws already draws once more.
async function redraw() {
  stale = true;
  if (drawing) return;
  drawing = true;
  while (stale) {
    stale = false;
    const mine = sentence;
    const answer = await ask("/api/contour", question());
    tell(answer.error);
    by("contour").replaceChildren(...(answer.error ? [] : [contour(answer)]));
    if (mine === bendable) continue; // a slider may be held
    bendable = mine;
    by("turns").replaceChildren(...(answer.words ?? []).map(turns));
  }
  drawing = false;
}

async function speak() {
  const mine = sentence;
  const sound = await ask("/api/say", question());
  if (sound === null || mine !== sentence) return; // another question is under way
  tell(sound.error);
  if (sound.error) return;
  URL.revokeObjectURL(by("sound").src);
  by("sound").src = URL.createObjectURL(sound);
  by("sound").hidden = false;
  await by("sound").play().catch(() => {}); // a browser that plays nothing by itself has its own button
}

// The sliders of a word; a mark is a pause, which has no pitch.
function turns(word, number) {
  const steps = bent.get(number) ?? { pitch: 0, length: 0 };
  const one = (key, label) => slider(`${key}-${number}`, label, `of ${word.text}`, (value) => {
    steps[key] = value;
    bent.set(number, steps);
    redraw();
  }, steps[key]);
  return make(
    "div", { class: "word turn", role: "group", "aria-label": word.text },
    make("strong", {}, word.text), word.mark ? null : one("pitch", "Pitch"), one("length", word.mark ? "Pause" : "Length"),
  );
}

function slider(id, label, whose, bend, value = 0) {
  const told = make("output", { for: id }, shown(value));
  const input = make("input", {
    type: "range", id, min: -STEPS, max: STEPS, step: 1, value, "aria-label": `${label} ${whose}`, "aria-valuetext": shown(value),
    oninput: () => {
      told.textContent = shown(Number(input.value));
      input.setAttribute("aria-valuetext", told.textContent);
      bend(Number(input.value));
    },
    onchange: () => { if (!by("sound").hidden) speak(); },
  });
  return make("span", { class: "bend" }, make("label", { for: id }, label), input, told);
}
