// Elements and pictures from plain values. Text is always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const by = (id) => document.getElementById(id);

// A filled bar; `share` of its whole width.
export function bar(share) {
  const inner = make("i");
  inner.style.width = `${(100 * share).toFixed(1)}%`;
  return make("span", { class: "bar", "aria-hidden": "true" }, inner);
}

const WIDE = 240; // pixels of a second
const [LOW, HIGH] = [50, 500]; // Hz, or further where a sentence goes

// Pitch over time: words above, a step for each token that has a voice, tokens below.
export function contour({ words, seconds }) {
  const heard = words.flatMap((word) => word.tokens.flatMap((token) => token.hz ?? []));
  const [low, high] = [Math.min(LOW, ...heard), Math.max(HIGH, ...heard)];
  const [left, top, bottom] = [34, 44, 164];
  const x = (time) => left + time * WIDE;
  const y = (hz) => bottom - ((bottom - top) * Math.log(hz / low)) / Math.log(high / low);
  const width = Math.ceil(x(seconds)) + 6;
  const parts = [50, 100, 200, 400].flatMap((hz) => [
    draw("line", { class: "grid", x1: left, x2: width, y1: y(hz), y2: y(hz) }),
    draw("text", { class: "tick", x: left - 4, y: y(hz) + 3, "text-anchor": "end" }, `${hz}`),
  ]);
  let [time, line] = [0, ""];
  const told = words.map((word, number) => {
    const start = time;
    let joined = false; // to the token before
    for (const { symbol, seconds: length, hz } of word.tokens) {
      if (hz) line += `${joined ? "L" : "M"}${x(time)} ${y(hz)}H${x(time + length)}`;
      joined = Boolean(hz);
      parts.push(draw("rect", { class: "token", x: x(time), y: bottom + 6, width: length * WIDE, height: 20 }));
      if (length * WIDE > 9 * symbol.length) {
        parts.push(draw("text", { class: "symbol", x: x(time + length / 2), y: bottom + 20 }, symbol));
      }
      time += length;
    }
    parts.push(
      draw("line", { class: "edge", x1: x(time), x2: x(time), y1: top - 10, y2: bottom + 26 }),
      draw("text", { class: "said", x: x((start + time) / 2), y: number % 2 ? 14 : 30 }, word.text),
    );
    const pitches = word.tokens.flatMap((token) => token.hz ?? []);
    const range = pitches.length ? `, ${Math.min(...pitches).toFixed(0)} to ${Math.max(...pitches).toFixed(0)} Hz` : "";
    return `${word.text} ${(time - start).toFixed(2)} s${range}`;
  });
  parts.push(draw("path", { class: "pitch", d: line }));
  for (let second = 0; second <= seconds; second += 0.5) {
    parts.push(draw("text", { class: "tick", x: x(second), y: bottom + 40 }, `${second} s`));
  }
  return draw("svg", { width, height: 208, viewBox: `0 0 ${width} 208`, role: "img", "aria-label": told.join("; ") }, ...parts);
}

// Letters of a word above, its phonemes below, wordpieces as brackets, lines between.
export function alignment(word) {
  const letters = [...word.text];
  const width = Math.max(letters.length * 17, word.phonemes.length * 33, 20);
  const place = (index, count) => ((index + 0.5) * width) / count;
  const spoken = new Set(word.letters);
  const parts = [];
  const pieces = word.piece_of_letter;
  for (let first = 0; first < letters.length; ) {
    let last = first;
    while (last + 1 < letters.length && pieces[last + 1] === pieces[first]) last += 1;
    const [left, right] = [place(first, letters.length) - 6, place(last, letters.length) + 6];
    parts.push(draw("path", { class: "piece", d: `M${left} 7V3H${right}V7` }));
    first = last + 1;
  }
  word.letters.forEach((letter, index) => {
    parts.push(
      draw("line", {
        class: "tie", x1: place(letter, letters.length), y1: 28,
        x2: place(index, word.phonemes.length), y2: 50,
      }),
    );
  });
  letters.forEach((letter, index) => {
    const kind = spoken.has(index) ? "letter" : "letter mute";
    parts.push(draw("text", { class: kind, x: place(index, letters.length), y: 23 }, letter));
  });
  word.phonemes.forEach((phoneme, index) => {
    parts.push(draw("text", { class: "phoneme", x: place(index, word.phonemes.length), y: 64 }, phoneme));
  });
  const told = word.phonemes.map((p, i) => `${letters[word.letters[i]]} is said ${p}`).join(", ");
  const label = `${word.text}: ${told || "no reading"}; wordpieces ${word.pieces.join(" ")}`;
  return draw("svg", { width, height: 70, viewBox: `0 0 ${width} 70`, role: "img", "aria-label": label }, ...parts);
}
