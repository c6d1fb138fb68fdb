// The words of a sentence as cards, and the form in which a word's phonemes are changed.

import { alignment, by, make } from "/draw.js";

export const ORIGINS = {
  lexicon: "dictionary", homograph: "homograph model", rule: "rules and letters",
  neural: "network (g2p)", hand: "by hand", unpronounceable: "no reading",
};

// `change(number, phonemes)` asks for new phonemes, or with null for the word's own; it returns a
// promise of one line that says what is wrong, or null.
export function showWords(text, words, plain, change) {
  const used = [...new Set(words.map((word) => word.origin))].filter((name) => name in ORIGINS);
  by("legend").replaceChildren(...used.map((name) => make("li", {}, badge(name))));
  by("words").replaceChildren(
    ...words.map((word, number) => card(text, word, plain[number], number, change)),
  );
}

function badge(origin) {
  return make("span", { class: `origin ${origin}` }, ORIGINS[origin]);
}

function card(text, word, own, number, change) {
  if (word.origin === "punctuation") {
    return make("div", { class: "word mark" }, make("div", { class: "drawing" }, alignment(word)));
  }
  const changed = word.origin === "hand";
  const typed = [...text].slice(...word.span).join("");
  const open = make("button", {
    type: "button", id: `change-${number}`, "aria-label": `Change the phonemes of ${word.text}`,
    onclick: () => edit(place, word, own, number, change),
  }, "Change");
  const back = make("button", {
    type: "button", "aria-label": `Back to how ${word.text} is read`,
    onclick: () => change(number, null),
  }, "Undo");
  const place = make(
    "div",
    { class: changed ? "word changed" : "word", role: "group", "aria-label": word.text },
    typed === word.text ? null : make("span", { class: "typed" }, `typed: ${typed}`),
    make("div", { class: "drawing" }, alignment(word)),
    make("div", { class: "foot" }, badge(word.origin), make("div", { class: "buttons" }, open, changed ? back : null)),
  );
  return place;
}

function edit(place, word, own, number, change) {
  const foot = place.querySelector(".foot");
  const input = make("input", {
    type: "text", value: word.phonemes.join(" "), maxlength: "400", autocomplete: "off",
    spellcheck: "false", "aria-label": `Phonemes of ${word.text}, ARPAbet with spaces`,
  });
  const wrong = make("p", { class: "missing", role: "alert", hidden: true });
  const ask = async (phonemes) => {
    const problem = await change(number, phonemes);
    if (problem === null) return;
    wrong.textContent = problem;
    wrong.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const close = () => {
    form.replaceWith(foot);
    foot.querySelector("button").focus();
  };
  const others = own.readings.filter((reading) => reading !== word.phonemes.join(" "));
  const form = make(
    "form",
    {
      onsubmit: (event) => { event.preventDefault(); ask(input.value); },
      onkeydown: (event) => { if (event.key === "Escape") close(); },
    },
    input,
    others.length
      ? make("div", { class: "readings", role: "group", "aria-label": "Other readings" },
        ...others.map((reading) => make("button", { type: "button", onclick: () => ask(reading) }, reading)))
      : null,
    wrong,
    make("button", { type: "submit" }, "Apply"),
    make("button", { type: "button", onclick: close }, "Cancel"),
  );
  foot.replaceWith(form);
  input.focus();
  input.select();
}
