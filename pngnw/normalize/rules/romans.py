"""Roman numerals: which capitals are a number, and whether it is a cardinal or an ordinal.

"I", "MIX", "CIVIL" and the like stay words: a numeral needs a noun or a name in front of it.
"""

import re
from collections.abc import Callable

from pngnw.normalize import numbers
from pngnw.normalize.rule import Reading, after, any_of, before, last_word, plain_rule, word_set

# Nouns before a numeral that make it a cardinal, a single I, V or X too.
_NUMBERED = word_set(
    "Chapter Book Volume Part Act Scene Section War Canto Appendix Phase Type Article Figure Table "
    "Plate Grade Class Stage Psalm Title Division Corps Vol Episode Season "
    "Category Lecture Lesson Sonnet Symphony Sonata Concerto Quartet Level Tier Schedule Zone "
    "Movement Fantasy"
)
# The same in small letters, before more than a single "i", "v" or "x".
_NUMBERED_SMALL = word_set(
    "chapter book volume part act scene section canto appendix article figure plate page pages "
    "number numbers"
)
# Nouns and names before a numeral of at least two letters that may be larger than 89.
_LARGE = frozenset({"Bowl", "WrestleMania", "Olympiad", "Psalm", "Sonnet", "Canto", "Chapter"})
# Single V and X behind a name that is no ruler's: "Saturn V".
_SINGLE = word_set("Mark Saturn Rocky Rambo Polaris Trident Ariane Tudor")
# Rulers' names, which take an ordinal: "Henry the eighth".
_REGNAL = word_set(
    "Abbas Abdul Adrian Afonso Ahmed Albert Alexander Alexios Alfonso Amadeus Amenhotep Andrew "
    "Andronikos Anne Antiochus Arcadius Artaxerxes Attalus Baldwin Basil Bela Benedict Berengar "
    "Boleslaw Boniface Callixtus Cambyses Carol Casimir Catherine Celestine Charles Christian "
    "Christopher Clement Cleopatra Conrad Constans Constantine Constantius Cosimo Cyrus Darius "
    "David Demetrius Edmund Edward Eleanor Elizabeth Emmanuel Eric Ernest Eugene Ferdinand Francis "
    "Franz Frederick Friedrich Gaston George Gojong Gregory Gustaf Gustav Gustavus Haakon Harald "
    "Harold Heinrich Henri Henry Herod Honorius Hugh Humbert Innocent Isaac Isabella Ivan James "
    "Jerome John Joseph Julius Justin Justinian Kamehameha Karl Konstantin Ladislaus Leo Leopold "
    "Louis Lothair Ludwig Magnus Malcolm Manuel Marcellus Margaret Maria Martin Mary Matthias "
    "Maximilian Mehmed Menelik Michael Mithridates Mohammed Muhammad Murad Mustafa Napoleon "
    "Nebuchadnezzar Nero Nicholas Nikolaus Olaf Olav Osman Otto Paul Pedro Peter Philip Philippe "
    "Pius Ptolemy Rainier Ramesses Rameses Ramses Ranavalona Reza Richard Robert Roger Romanos "
    "Rudolf Rudolph Sancho Sebastian Seleucus Selim Seti Sigismund Sixtus Sobhuza Stanislaw "
    "Stephen Suleiman Sweyn Sylvester Theodore Theodosius Thutmose Tiglath Umberto Urban Valdemar "
    "Valentinian Victor Vittorio Vladimir Wenceslaus Wilhelm Willem William Xerxes Yazdegerd "
    "Zygmunt"
)
# Other given names: with two letters at least, "Sam II" and "Robert Griffin III".
_GIVEN = word_set(
    "Aaron Abraham Adam Alan Albert Alfred Allen Amos Andre Anthony Archibald Arnold Arthur "
    "Augustus Barry Ben Benjamin Bernard Bill Bob Brian Bruce Calvin Carl Charlie Chester Chris "
    "Clarence Claude Clyde Cornelius Craig Curtis Dale Dan Daniel Dave Dennis Derek Don Donald "
    "Douglas Duncan Dwight Earl Ed Eddie Edgar Edwin Elijah Elliott Eugene Floyd Frank Franklin "
    "Fred Gary Gene Gerald Gilbert Glenn Gordon Graham Grant Greg Harry Harvey Henri Herbert Homer "
    "Horace Howard Ian Ira Jack Jackson Jacob Jason Jay Jean Jeff Jefferson Jeffrey Jeremiah "
    "Jeremy Jerry Jesse Jim Jimmy Joe Joel Johnny Jon Jonathan Josh Joshua Keith Ken Kenneth Kevin "
    "Kurt Larry Lawrence Lee Leon Leonard Lewis Lincoln Lloyd Loudon Lucas Luke Luther Marcus "
    "Mario Marion Marshall Marvin Matt Matthew Maurice Max Milton Mitchell Morris Moses Nathan "
    "Nathaniel Neil Nelson Nick Noah Norman Oliver Oscar Owen Patrick Percy Pete Phil Preston "
    "Ralph Randolph Randy Ray Raymond Reginald Rick Rob Rodney Ron Ronald Ross Roy Rufus Russell "
    "Ryan Sam Sammy Samuel Scott Sean Seth Sidney Simon Solomon Stanley Steve Steven Stuart Ted "
    "Terry Thomas Tim Timothy Todd Tom Tommy Tony Travis Trevor Troy Tyler Vernon Vincent Virgil "
    "Wallace Walter Warren Wayne Wesley Will Willard Willie Winston Zachary"
)
_LARGEST_NAMESAKE = 9
_NOT_REGNAL = frozenset({("Malcolm", "X")})
# Before a ruler's name they make a lone "I" the first: "King Charles I".
_RULERS = word_set(
    "King Queen Pope Emperor Empress Tsar Czar Kaiser Sultan Shah Prince Princess Duke Count "
    "Archduke Caliph Pharaoh Patriarch Saint"
)
# Words in front of capitals that are no numeral: "an IV", "the XL", "In IV".
_NO_NAME = word_set(
    "A An The This That These Those His Her Its Their Our My Your No In On At By Of For With From "
    "To And Or But As If Is Are Was Were Size Sizes"
)
_SMALL = frozenset("IVX")  # single letters that may be numerals; C, D, L and M are not
_INITIAL = re.compile(r"\.\s[A-Z]")  # "Mark V. Fox"
_SIZES = frozenset({"XL", "XXX", "XX"})
_FIRST = re.compile(
    r"'s\b|[,;:.!?)]|\s\(|$|\s(?:of|and|who|is|has|to|in|at|as|from|by|for|with|ruled|reigned|became"
    r"|succeeded|died|abdicated|ascended|founded)\b"
    r"|\swas\s(?:king|born|crowned|succeeded|the|emperor|duke|pope|buried|executed|deposed)\b"
)
# What persons do, behind the numeral of a name that is not listed.
_PERSON = re.compile(
    r"\s(?:said|says|told|asked|added|wrote|lived|died|ruled|reigned|married|was\sborn|was\skilled"
    r"|succeeded|who|joined|graduated|attended)\b"
)
_NAMED_BEFORE = re.compile(r"(?:^|[\s(\"'])([A-Z][a-z]+|[A-Z]\.)\s\Z")
_NAME = re.compile(r"[A-Z][a-zà-ÿ]+")
_NOUNS = _NUMBERED | _NUMBERED_SMALL | {noun.upper() for noun in _NUMBERED}
_PART = "|".join(sorted(_NOUNS))


def part(match: re.Match[str]) -> str | None:
    """Chapter IV as "Chapter four", Scene ii as "Scene two"."""
    numeral = match["it"]
    noun = _word_before(match).rstrip(".,")
    if noun not in _NOUNS:
        return None
    value = numbers.roman(numeral)
    if value is None or (len(numeral) == 1 and numeral.upper() not in _SMALL):
        return None
    if noun in _NUMBERED_SMALL and numeral in ("I", "i", "v", "x"):
        return None  # "in that chapter I said"
    if value >= 90 and noun.capitalize() not in _LARGE and len(numeral) < 4:
        return None
    if noun == "War" and numeral == "I" and not before(match).endswith("World War"):
        return None
    return numbers.cardinal(value)


def ruler(match: re.Match[str]) -> str | None:
    """Henry VIII as "Henry the eighth", Apollo XI as "Apollo eleven"."""
    word, numeral = _word_before(match), match["it"]
    name = word.rstrip(",")
    if len(numeral) == 1 and _INITIAL.match(after(match)):
        return None
    value = numbers.roman(numeral) if _NAME.fullmatch(name) else None
    if value is None:
        return None
    if name in _REGNAL:
        if (name, numeral) in _NOT_REGNAL or value >= 100:
            return None
        if numeral == "I" and not _is_first(match):
            return None
        return f"the {numbers.ordinal(value)}"
    if len(numeral) > 1 and value <= _LARGEST_NAMESAKE and _is_person(match, word):
        return f"the {numbers.ordinal(value)}"
    if name != word:
        return None
    if name in _LARGE and len(numeral) > 1:
        return numbers.cardinal(value)
    if len(numeral) == 1:
        return numbers.cardinal(value) if name in _SINGLE and numeral != "I" else None
    if value >= 90 or name in _NO_NAME or numeral in _SIZES:
        return None
    return numbers.cardinal(value)


def _is_person(match: re.Match[str], word: str) -> bool:
    """Whether a given name, or one and a surname, stand in front: "Robert Griffin III"."""
    if word in _GIVEN:
        return True
    front = _NAMED_BEFORE.search(before(match).removesuffix(word))
    if front is not None and (front[1][-1] == "." or front[1] in _GIVEN | _REGNAL):
        return True
    return _PERSON.match(after(match)) is not None


def _is_first(match: re.Match[str]) -> bool:
    """Whether the "I" behind a ruler's name is no pronoun."""
    if last_word(before(match).rpartition(" ")[0]) in _RULERS:
        return not after(match).startswith((" am ", "'m ", "'ve ", " have ", "'ll "))
    return _FIRST.match(after(match)) is not None


def _word_before(match: re.Match[str]) -> str:
    return before(match).rpartition(" ")[2].lstrip("\"'(-")


def world_war(match: re.Match[str]) -> str:
    """WWII as "World War two"."""
    return f"World War {numbers.cardinal(len(match['numeral'] or '') or int(match['digit']))}"


def _alone(words: Callable[[int], str], group: str | int) -> Reading:
    """A reading of numerals that need no noun in front: (ii), the XIX century, MCMXCIX."""

    def reading(match: re.Match[str]) -> str | None:
        value = numbers.roman(match[group])
        return None if value is None else words(value)

    return reading


def numbered(match: re.Match[str]) -> str | None:
    """The numerals of "chapters I, II and III"."""
    if _word_before(match).removesuffix("s") not in _NOUNS:
        return None
    values = [numbers.roman(numeral) for numeral in re.findall("[IVXL]+", match["it"])]
    if None in values:
        return None
    words = re.sub(r"\s?-\s?", " to ", match["it"])
    return re.sub("[IVXL]+", lambda each: numbers.cardinal(numbers.roman(each[0]) or 0), words)


RULES = (
    plain_rule(
        "numbered parts",
        r" (?P<it>[IVXL]+(?:(?:,\s|,?\s(?:and|or|to|through)\s|\s?-\s?)[IVXL]+){1,9})\b(?!['.-]\w)",
        numbered,
        rf"(?:{_PART})s [IVXL]+(?:,| |-)",
    ),
    plain_rule(
        "numbered part",
        r" (?P<it>[IVXLCDMivxl]+)\b(?!['.]\w|-\w)",
        part,
        rf"(?:{_PART})[.,]* [IVXLCDMivxl]+(?-u:\b)",
    ),
    plain_rule(
        "ruler",
        r" (?P<it>[IVXL]{2,}|[VXI])\b(?!\.\w|'(?!s\b)|-\w)",
        ruler,
        (
            r"[A-Z][a-zà-ÿ]+(?:,? (?:[IVXL]{2,}|[VX])(?-u:\b)| I(?:'s|[,;:.!?)]|$| \(|"
            r" (?:of|and|who|is|has|to|in|at|as|from|by|for|with|ruled|reigned|became|succeeded"
            r"|died|abdicated|ascended|founded|was )(?-u:\b)))"
            rf"|(?:{any_of(_RULERS)})[ ,(-]* [\"'(-]*[A-Z][a-zà-ÿ]+ I(?-u:\b)"
        ),
    ),
    plain_rule(
        "ordinal",
        r"\b(?P<it>(?P<numeral>[IVX]+)(?:th|st|nd|rd)?)(?=\s(?:century|centuries|[Dd]ynasty|[Oo]lympi(?:ad|cs?)))",
        _alone(numbers.ordinal, "numeral"),
        r"[IVX](?:th|st|nd|rd)? (?:centur|[Dd]ynasty|[Oo]lympi)",
    ),
    plain_rule(
        "world war", r"\bWW(?:(?P<numeral>I{1,2})|[-\s]?(?P<digit>[12]))\b", world_war, r"WW[I12 -]"
    ),
    plain_rule(
        "numeral of a list",
        r"(?:(?<=\()|\A)(?P<it>II|III|IV|VI|VII|VIII|IX|XI|XII|ii|iii|iv|vi|vii|viii|ix|xi|xii)(?=[.)](?:\s|$))",
        _alone(numbers.cardinal, "it"),
        r"(?:\(|^)[IVXivx]+[.)]",
    ),
    plain_rule("year", r"M(?<!\wM)[CDXLVIM]{4,}\b", _alone(numbers.paired, 0), "M[CDXLVIM]{4}"),
)
