// Emoji, and how far phonemes moved.

import { bar, by, make } from "/draw.js";

const SHOWN = 5;
const TALLEST = 5; // rem, of a bar of 1 or of the longest one

export function showEmoji(found, about) {
  const columns = [["Encoder", found.before.emoji]];
  if (found.after) columns.push(["Encoder, as changed", found.after.emoji]);
  columns.push(["Prototype teacher", found.teacher]);
  by("emoji-note").textContent = "The prototype teacher reads the text and hears no phonemes; it is not DeepMoji.";
  const longest = Math.max(...columns.flatMap(([, shares]) => shares));
  by("emoji").replaceChildren(...columns.map(([title, shares]) => likeliest(title, shares, longest, about.emoji)));
}

function likeliest(title, shares, longest, emoji) {
  const order = shares.map((_, index) => index).sort((a, b) => shares[b] - shares[a]).slice(0, SHOWN);
  const rows = order.map((index) => make(
    "li", {},
    make("span", { class: "sign" }, emoji[index][0]),
    make("span", { class: "name" }, emoji[index][1]),
    make("span", { class: "share" }, shares[index].toFixed(3)),
    bar(shares[index] / longest),
  ));
  return make("div", { class: "card" }, make("h3", {}, title), make("ol", { class: "bars" }, ...rows));
}

// Total variation: the share of the distribution that went elsewhere.
const variation = (a, b) => a.reduce((sum, share, index) => sum + Math.abs(share - b[index]), 0) / 2;

export function showChange(found) {
  by("change").hidden = !found.after;
  if (!found.after) return;
  const words = found.after.words;
  const changes = words.flatMap((word, number) => word.origin === "hand"
    ? [`${word.text}: ${found.before.words[number].phonemes.join(" ") || "nothing"} → ${word.phonemes.join(" ")}`] : []);
  const emoji = variation(found.before.emoji, found.after.emoji);
  by("change-lead").textContent = `${changes.join("; ")}. Of the emoji distribution ${(100 * emoji).toFixed(2)}% went elsewhere.`;
  by("apart").textContent = found.apart.toFixed(2);
  const longest = Math.max(1, ...found.moved.map((row) => row.distance ?? 0));
  by("moved").replaceChildren(...words.map((word, number) => {
    const rows = found.moved.filter((row) => row.word === number);
    return make(
      "figure", { class: word.origin === "hand" ? "changed" : null },
      make("div", { class: "group" }, ...rows.map((row) => one(row, longest))),
      make("figcaption", {}, word.text),
    );
  }));
}

function one(row, longest) {
  const pillar = make("i");
  pillar.style.height = `${((row.distance ?? 0) / longest) * TALLEST}rem`;
  const told = row.distance === null ? (row.after === null ? "gone" : "new") : row.distance.toFixed(2);
  const symbol = make("div", { class: "symbol" });
  if (row.before !== row.after && row.before !== null) symbol.append(make("s", {}, row.before), make("br"));
  if (row.after !== null) symbol.append(row.after);
  return make("div", { class: "one" }, make("div", { class: "number" }, told), pillar, symbol);
}
