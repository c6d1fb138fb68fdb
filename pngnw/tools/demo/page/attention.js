// The attention map of a layer and head: a canvas that can be pointed at and walked over.

import { bar, by, make } from "/draw.js";

const LABEL = 44; // pixels for the labels on either side
const LOOKED_AT = 5;
let map = null; // { tokens, weights, cell, at: [row, column] }

export async function showAttention(question, ask) {
  const answer = await ask("/api/attention", question);
  if (answer === null) return; // another question is under way
  by("map-wrong").hidden = !answer.error;
  by("map-wrong").textContent = answer.error ?? "";
  if (answer.error) return;
  const bytes = Uint8Array.from(atob(answer.weights), (character) => character.charCodeAt(0));
  const size = answer.tokens.length;
  const at = map && map.tokens.length === size ? map.at : [1, 1];
  map = { tokens: answer.tokens, weights: new Float32Array(bytes.buffer), at };
  by("proof").textContent = "Softmax(QK) worked out beside the layer; times V it is what the layer itself handed on, to "
    + `within ${answer.difference.toExponential(1)} (its largest number is ${answer.largest.toFixed(2)}).`;
  paint();
  sides();
  tell();
}

const weight = (row, column) => map.weights[row * map.tokens.length + column];
const side = (index) => (map.tokens[index].side === "phoneme" ? "spoken" : "written");
const name = (index) => map.tokens[index].label;

export function paint() {
  if (map === null) return;
  const canvas = by("map");
  const size = map.tokens.length;
  const wide = canvas.parentElement.clientWidth || 600;
  map.cell = Math.max(10, Math.min(18, Math.floor((wide - LABEL) / size)));
  const length = LABEL + size * map.cell + 1;
  const scale = window.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(length * scale);
  canvas.style.width = canvas.style.height = `${length}px`;
  const style = getComputedStyle(document.documentElement);
  const colour = (variable) => style.getPropertyValue(variable).trim();
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.fillStyle = colour("--card");
  context.fillRect(0, 0, length, length);
  context.fillStyle = colour("--accent");
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      context.globalAlpha = Math.sqrt(weight(row, column));
      context.fillRect(LABEL + column * map.cell, LABEL + row * map.cell, map.cell, map.cell);
    }
  }
  context.globalAlpha = 1;
  lines(context, colour, length);
  labels(context, colour);
  cursor(context, colour);
  canvas.setAttribute("aria-label", `Attention map of ${size} tokens`);
}

function lines(context, colour, length) {
  map.tokens.forEach((token, index) => {
    const before = map.tokens[index - 1];
    if (!before || (token.word !== null && token.word === before.word)) return;
    const other = token.side !== before.side;
    context.fillStyle = colour(other ? "--soft" : "--line");
    const place = LABEL + index * map.cell - (other ? 1 : 0.5);
    context.fillRect(place, other ? 0 : LABEL, other ? 2 : 1, length);
    context.fillRect(other ? 0 : LABEL, place, length, other ? 2 : 1);
  });
}

function labels(context, colour) {
  context.fillStyle = colour("--text");
  context.font = `${Math.min(12, map.cell)}px ui-monospace, "DejaVu Sans Mono", monospace`;
  context.textBaseline = "middle";
  map.tokens.forEach((token, index) => {
    const place = LABEL + (index + 0.5) * map.cell;
    context.textAlign = "right";
    context.fillText(token.label, LABEL - 4, place, LABEL - 6);
    context.save();
    context.translate(place, LABEL - 4);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillText(token.label, 0, 0, LABEL - 6);
    context.restore();
  });
}

function cursor(context, colour) {
  const [row, column] = map.at;
  context.strokeStyle = colour("--warn-line");
  context.lineWidth = 2;
  context.strokeRect(LABEL, LABEL + row * map.cell, map.tokens.length * map.cell, map.cell);
  context.strokeRect(LABEL + column * map.cell, LABEL + row * map.cell, map.cell, map.cell);
}

function tell() {
  const [row, column] = map.at;
  by("cell").textContent = `${name(row)} (${side(row)}) looks at ${name(column)} (${side(column)}): `
    + `${(100 * weight(row, column)).toFixed(1)}% of its attention.`;
  const order = map.tokens.map((_, index) => index).sort((a, b) => weight(row, b) - weight(row, a));
  by("row").replaceChildren(
    make("h3", {}, `What ${name(row)} (${side(row)}) looks at most`),
    make("ol", { class: "bars" }, ...order.slice(0, LOOKED_AT).map((index) => make(
      "li", {}, make("span", { class: "sign" }, name(index)), make("span", { class: "name" }, side(index)),
      make("span", { class: "share" }, `${(100 * weight(row, index)).toFixed(1)}%`), bar(weight(row, index)),
    ))),
  );
}

// How much of the attention of each side stays on it, a mean over its tokens.
function sides() {
  const kinds = ["phoneme", "grapheme"];
  const rows = kinds.map((from) => {
    const looking = map.tokens.flatMap((token, index) => (token.side === from ? [index] : []));
    const shares = kinds.map((to) => looking.reduce((sum, row) => sum + map.tokens.reduce(
      (all, token, column) => all + (token.side === to ? weight(row, column) : 0), 0), 0) / looking.length);
    return make("tr", {}, make("th", { scope: "row" }, `${from}s look`),
      ...shares.map((share) => make("td", {}, `${(100 * share).toFixed(0)}%`)));
  });
  by("sides").replaceChildren(make("table", {},
    make("thead", {}, make("tr", {}, make("th", {}), ...kinds.map((kind) => make("th", { scope: "col" }, `at ${kind}s`)))),
    make("tbody", {}, ...rows)));
}

function go(row, column) {
  const last = map.tokens.length - 1;
  map.at = [Math.max(0, Math.min(last, row)), Math.max(0, Math.min(last, column))];
  paint();
  tell();
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function listen() {
  const canvas = by("map");
  canvas.addEventListener("pointermove", (event) => {
    if (map === null) return;
    const row = Math.floor((event.offsetY - LABEL) / map.cell);
    const column = Math.floor((event.offsetX - LABEL) / map.cell);
    if (row !== map.at[0] || column !== map.at[1]) go(row, column);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || map === null) return;
    event.preventDefault();
    go(map.at[0] + step[0], map.at[1] + step[1]);
  });
  window.addEventListener("resize", paint);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}
