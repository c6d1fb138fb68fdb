"""Written texts, with overrides and without, to words with phonemes; and the stage's table."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pyarrow as pa

from pngnw.phonemize.alphabets import ALPHABETS, Spell, join, spell_all, spelling
from pngnw.phonemize.alphabets.ipa import parse
from pngnw.phonemize.arpabet import ARPABET, SYMBOLS
from pngnw.phonemize.overrides import MARK, OverrideError
from pngnw.phonemize.phonemizer import Phonemizer, Pronunciation
from pngnw.phonemize.pronouncer import ORIGINS, OVERRIDE, PUNCTUATION, UNPRONOUNCEABLE
from pngnw.phonemize.receipts import Receipts
from pngnw.phonemize.stage import transform
from tests.fuzz import hostile
from tests.phonemize.symbols import SETS

LONG = 4000  # characters
_ORIGINS = frozenset((*ORIGINS, OVERRIDE, UNPRONOUNCEABLE))


def make(rng: Random) -> str:
    """A hostile text, every other one with overrides somewhere in it, some of them damaged."""
    text = hostile.text(rng)
    count = rng.choice([0, 0, 1, 2, 5]) if len(text) < LONG else 0
    cuts = sorted(rng.randrange(len(text) + 1) for _ in range(count))
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    return pieces[0] + "".join(_override(rng) + piece for piece in pieces[1:])


def _override(rng: Random) -> str:
    word = rng.choice(["cat", "Cat", "1984", "New York", "it's", "U.S.", hostile.piece(rng)])
    phonemes = " ".join(rng.choices(ARPABET, k=rng.randint(1, 5)))
    whole = f"[{word}](/{phonemes}/)"
    if rng.random() < 0.03:
        whole = rng.choice([whole[:-1], f"[{word}](/{phonemes})", "[](/K/)", "[x](//)", "[x](/k/)"])
    return rng.choice(["", "", " "]) + whole + rng.choice(["", "", " ", "'s", "-"])


def open_check() -> Callable[[Sequence[str]], None]:
    """Loads the lexicons."""
    phonemizer = Phonemizer()
    spellings = {name: spelling(name) for name in ALPHABETS}

    def check(inputs: Sequence[str]) -> None:
        texts = list(inputs)
        while (refused := _refused(phonemizer, texts)) is not None:
            del texts[refused]
        read = phonemizer.receipts(texts)
        for name, spell in spellings.items():
            _check_alphabet(read, name, spell)
        # Long texts once, so that the time is that of reading them.
        _check_table(phonemizer, [text for text in texts if len(text) < LONG])

    return check


def _refused(phonemizer: Phonemizer, texts: Sequence[str]) -> int | None:
    """Checks the words of texts; the number of one that has a mistake in an override, if any."""
    refused: OverrideError | None = None
    try:
        read = phonemizer.batch(texts)
    except OverrideError as error:
        refused = error
    if refused:
        column = int(refused.reason.removeprefix("column ").partition(":")[0])
        assert MARK in texts[refused.row], "refused without an override"
        assert 1 <= column <= len(texts[refused.row]) + 1, f"column {column}"
        return refused.row
    assert [each.text for each in read] == list(texts), "a text is lost"
    for each in read:
        check_receipts(each)
    return None


def check_receipts(read: Pronunciation) -> None:
    """Written spans tile the text; every word has phonemes or says why not."""
    text = read.text
    spans = [(word.start, word.end) for word in read.words]
    assert spans == sorted(spans), f"spans out of order: {spans}"
    at = 0
    for start, end in sorted({*spans, *read.silent}):
        assert at <= start < end <= len(text), f"a span {start}:{end} behind one that ends at {at}"
        assert not text[at:start].strip(), f"in no span: {text[at:start]!r}"
        assert text[start:end] == text[start:end].strip(), f"white space around {text[start:end]!r}"
        at = end
    assert not text[at:].strip(), f"in no span: {text[at:]!r}"
    for word in read.words:
        assert word.written == text[word.start : word.end], f"written {word.written!r}"
        if word.rule is None and word.origin != OVERRIDE:
            written = iter(word.written)
            assert all(char in written for char in word.text), f"no rule for {word.written!r}"
        _check_sounds(word.text, word.phonemes, word.origin)


def _check_alphabet(read: Receipts, name: str, spell: Spell) -> None:
    """A row of the target's symbols for every phoneme of every word; IPA says what was said."""
    spelled = spell_all(read.words, read.readings, read.reading_W, read.bounds_R, spell)
    assert len(spelled.reading_W) == len(read.reading_W), f"{name}: a word is lost"
    same = spelled.reading[spelled.reading_W] == read.reading_W
    assert same.all(), f"{name}: another word"
    for rows, at in zip(spelled.rows, spelled.reading.tolist(), strict=True):
        phonemes = tuple(read.readings[at].split())
        assert len(rows) == len(phonemes), f"{name}: {phonemes} spelled {rows}"
        assert set("".join(rows)) <= SETS.get(name, {*"".join(rows)}), f"{name}: {rows}"
        if name == "ipa" and phonemes and phonemes[0] in SYMBOLS:
            assert parse("".join(rows)) == phonemes, f"{phonemes} spelled {rows}"
    for first, last in pairwise(read.bounds_R.tolist()):
        line = join(spelled.rows[at] for at in spelled.reading_W[first:last].tolist())
        assert line == " ".join(filter(None, line.split(" "))), f"{name}: spaces in {line!r}"


def _check_table(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in inputs]
    table = pa.table({"text": pa.array(texts, pa.string())})
    out, stats = transform(phonemizer, table)
    dropped = sum(int(n) for key, n in stats.items() if key.startswith("dropped."))
    assert len(phonemizer.phonemes(texts[:9])) == len(texts[:9]), "phonemes lost a line"
    assert out.num_rows + dropped == table.num_rows, f"{out.num_rows} rows and {dropped} dropped"
    out.validate(full=True)


def _check_sounds(text: str, phonemes: Sequence[str], origin: str) -> None:
    assert text, "an empty word"
    assert origin in _ORIGINS, f"origin {origin}"
    if origin == PUNCTUATION:
        assert list(phonemes) == [text], f"mark {text!r} read as {phonemes}"
    elif origin == UNPRONOUNCEABLE:
        assert not phonemes, f"{text!r} has phonemes"
    else:
        assert phonemes, f"{text[:60]!r} has no phonemes"
        assert SYMBOLS.issuperset(phonemes), f"{text[:60]!r} read as {phonemes[:9]}"
