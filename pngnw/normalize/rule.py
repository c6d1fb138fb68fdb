"""A rewrite rule, its trigger, and what the patterns and readings of many rules share.

Guarantees: the trigger of a rule matches every text that the rule changes, one of `any_triggers`
every text that any rule changes. Triggers save time and never decide how a text is read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial

_PARTS = 4
LETTERS = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
NORMALIZED = rf"""{LETTERS}.,;:!?"'() \-"""  # a character class: what normalized text is made of
Reading = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class NormalizeOptions:
    """The choices where readers differ.

    Attributes:
        number_and: say "one hundred and five", not "one hundred five".
        day_first: 03/04/2020 is the third of April, not March fourth.
        spell_urls: read the addresses of the web letter by letter.
    """

    number_and: bool = False
    day_first: bool = False
    spell_urls: bool = False


DEFAULTS = NormalizeOptions()
OPTIONS: ContextVar[NormalizeOptions] = ContextVar("OPTIONS", default=DEFAULTS)  # of this call


@dataclass(frozen=True)
class Rule:
    """What `pattern` matches is replaced by its reading; a reading of None leaves it as it is.

    Patterns that start with a character or a class are the fastest, so context in front of a match
    is best left out of the group `it`, see `normalized_text.rewrite`.

    Attributes:
        expression: the pattern, which is compiled when it is first needed.
        trigger: a Rust regular expression (no look-around) that matches every text that the rule
            changes after all rules in front of it.
        plain: whether the trigger can match text that is made of `NORMALIZED` alone.
    """

    name: str
    expression: str
    reading: Reading
    trigger: str
    plain: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled."""
        return re.compile(self.expression)


def rule(
    name: str,
    pattern: str,
    reading: str | Mapping[str, str] | Reading,
    trigger: str,
    plain: bool = False,
) -> Rule:
    """A rule; `reading` may be the words themselves, or a table of them by what is replaced."""
    if isinstance(reading, str):
        return Rule(name, pattern, lambda match: reading, trigger, plain)
    if isinstance(reading, Mapping):
        group = "it" if "(?P<it>" in pattern else 0
        return Rule(name, pattern, lambda match: reading[match[group]], trigger, plain)
    return Rule(name, pattern, reading, trigger, plain)


plain_rule = partial(rule, plain=True)


def any_triggers(rules: Iterable[Rule]) -> list[str]:
    """Rust regular expressions, one of which matches every text that a rule may change.

    In a single one the automaton would outgrow its cache, which makes it five times as slow.
    """
    plain = dict.fromkeys(row.trigger for row in rules if row.plain)
    triggers = [f"[^{NORMALIZED}]", *plain]
    return ["|".join(triggers[part::_PARTS]) for part in range(_PARTS)]


def any_of(words: Iterable[str]) -> str:
    """An expression that matches any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def word_set(text: str) -> frozenset[str]:
    """A table of words: "in since" holds two."""
    return frozenset(text.split())


def readings(text: str) -> dict[str, str]:
    """A table of readings: "c/o care of, w/ with" holds two."""
    return dict(row.split(" ", 1) for row in text.split(", "))


# No more groups than have names: each of many would be searched to the end of all.
NUMBER_REST = r"(?:[0-9]{0,2}(?:,[0-9]{3}){1,22}(?![0-9])|[0-9]*)(?:\.[0-9]+)?"
NUMBER = f"[0-9]{NUMBER_REST}"
# A number with nothing glued in front; the digit comes first because that is the fastest.
FREE_NUMBER = rf"[0-9](?<![\w.][0-9]){NUMBER_REST}"
# Words that open a sentence: "in the Co. He left".
OPENERS = word_set(
    "He She It They We You I The This That These Those There His Her Their Its Our My In On At By "
    "But And Or So When Then After Before If As For From With What Who Why How No Yes"
)
_NEXT = re.compile(r"\s?([^\W\d_]+)")
_ARTICLE = re.compile(r"(?:^|\s)[Aa]n?\s$")
_NO_NOUN = word_set("a an and as at but by for from in is of on or per that the to was were")
_CLOSED = re.compile(r"[\"') ]*\Z")
# Characters: a rule looks at so many for each match, however long the text.
_LOOK_BACK = 60
_LOOK_AHEAD = 200


def after(match: re.Match[str]) -> str:
    """The first characters behind a match."""
    return match.string[match.end() : match.end() + _LOOK_AHEAD]


def before(match: re.Match[str], group: str | int = 0) -> str:
    """The last characters in front of a match."""
    return match.string[max(match.start(group) - _LOOK_BACK, 0) : match.start(group)]


def next_word(match: re.Match[str]) -> str:
    """The word right behind a match, or ""."""
    word = _NEXT.match(match.string, match.end())
    return word[1] if word else ""


def last_word(text: str) -> str:
    """The last word of a text, or ""."""
    word = text.rstrip(" ,(-").rpartition(" ")[2].lstrip("\"'(")
    return word if word.isalpha() else ""


def ends_text(match: re.Match[str]) -> bool:
    """Whether nothing but closing marks follows."""
    return _CLOSED.match(match.string, match.end()) is not None


def ends_sentence(match: re.Match[str]) -> bool:
    """Whether the text ends here, or a word follows that opens a sentence."""
    return ends_text(match) or (after(match)[:1] == " " and next_word(match) in OPENERS)


def with_stop(match: re.Match[str], words: str) -> str:
    """`words`, and the full stop that a match ends in where it ends the sentence too."""
    return f"{words}." if match[0][-1] == "." and ends_sentence(match) else words


def is_attribute(match: re.Match[str]) -> bool:
    """Whether an amount stands between an article and a noun, as in "a five dollar bill"."""
    noun = next_word(match)
    return noun.islower() and noun not in _NO_NOUN and _ARTICLE.search(before(match)) is not None


def apart(match: re.Match[str], reading: str, group: str | int = 0) -> str:
    """`reading`, with a space where the match touches a letter: "MP3" is "MP three"."""
    first, last = match.span(group)
    left = match.string[first - 1 : first] if first else ""
    return " " * left.isalnum() + reading + " " * match.string[last : last + 1].isalnum()
