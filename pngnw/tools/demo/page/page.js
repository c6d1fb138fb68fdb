// Asks the server about a sentence and its changes, and has the answer shown.

import { showChange, showEmoji } from "/answers.js";
import { by, make } from "/draw.js";
import { openVoice, showVoice } from "/voice.js";
import { showWords } from "/words.js";

const EXAMPLES = [
  "Mr. Darcy read the 1984 record to the red-haired reader.",
  "I love you so much, my darling!",
  "They will lead the lead miners with tears in their eyes.",
  "NASA's xylophonist googled twenty-two recipes.",
];
let about = null;
let shown = null; // { text, changes } of what is on the page
const latest = {}; // for each kind of question the number of the last one

// The answer, a sound as a blob, {error} with one line, or null when a later question of the kind was asked meanwhile.
async function ask(path, question) {
  const mine = (latest[path] = (latest[path] ?? 0) + 1);
  let answer;
  try {
    const options = question
      ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) }
      : {};
    const sent = await fetch(path, options);
    answer = await (sent.headers.get("Content-Type") === "audio/wav" ? sent.blob() : sent.json());
  } catch {
    answer = { error: "The server does not answer; is it still running in its terminal?" };
  }
  return latest[path] === mine ? answer : null;
}

const asQuestion = ({ text, changes }) => ({
  text, changes: [...changes].map(([word, phonemes]) => ({ word, phonemes })),
});

// Returns one line that says what is wrong, or null.
async function explore(wanted) {
  by("found").setAttribute("aria-busy", "true");
  const answer = await ask("/api/explore", asQuestion(wanted));
  if (answer === null) return null;
  by("found").setAttribute("aria-busy", "false");
  if (answer.error) return answer.error;
  shown = wanted;
  by("wrong").hidden = true;
  by("found").hidden = false;
  by("said").textContent = `Read: ${answer.before.words.length} words and marks`;
  by("unspoken").hidden = answer.unspoken.length === 0;
  by("unspoken").textContent = `No reading here for: ${answer.unspoken.join(", ")}`;
  const now = answer.after ?? answer.before;
  showWords(answer.text, now.words, answer.before.words, change);
  showChange(answer);
  showEmoji(answer, about);
  return null;
}

async function change(word, phonemes) {
  const changes = new Map(shown.changes);
  if (phonemes === null) changes.delete(word);
  else changes.set(word, phonemes);
  const problem = await explore({ text: shown.text, changes });
  if (problem === null) {
    by(`change-${word}`)?.focus();
    showVoice(asQuestion(shown));
  }
  return problem;
}

async function submit() {
  const problem = await explore({ text: by("text").value, changes: new Map() });
  by("wrong").hidden = problem === null;
  by("wrong").textContent = problem ?? "";
  if (problem === null) await showVoice(asQuestion(shown));
}

async function start() {
  about = await ask("/api/about");
  if (about.error) {
    by("about").textContent = about.error;
    return;
  }
  by("about").textContent = `${about.model}: ${about.layers} layers of ${about.heads} heads, width ${about.width}, `
    + `${about.pos_emb} positions.`;
  by("symbols").textContent = about.phonemes.join(" ");
  by("examples").append(...EXAMPLES.map((text) => make("button", {
    type: "button", onclick: () => { by("text").value = text; submit(); },
  }, text)));
  by("ask").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  openVoice(about, ask);
  by("text").value = EXAMPLES[0];
  await submit();
  document.documentElement.dataset.ready = "true";
}

start();
