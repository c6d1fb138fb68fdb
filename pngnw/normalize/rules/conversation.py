"""What people write in chats: emoticons, contractions without apostrophe, short and long words.

Emoticons are not read. A word with a letter held ("sooooo") is read as the word.
"""

import re
import string
from collections.abc import Iterable
from functools import partial
from itertools import product

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    after,
    any_of,
    before,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    word_set,
)
from pngnw.normalize.rules.dates import DAYS

_EMOTICON = (
    r"(?:[:;=][-'^o]?(?:[)(\]\[DPp/\\|*$@]{1,6}|[Oo](?!\w))|:[-'][SsXx3]|:3(?!\d)|[8B]-[)D]"
    r"|>[._]<|[xX]D{1,9}|D[:=]|\([-^o']?[:;=]|<[/\\]3|[oO]_{1,3}[oO]|>_{1,3}<|T_{1,3}T|\^[_.-]{0,3}\^"
    r"|-_{1,3}-|;_{1,3};|>:[-'^o]?[)(])"
)
# Words without their apostrophe, which are no other word.
_CONTRACTIONS = {
    word.replace("'", "").lower(): word
    for word in word_set(
        "don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't couldn't wouldn't "
        "shouldn't mustn't ain't I'm I've you're you've they're they've they'll we've that's "
        "that'll what's there's here's who's he's she's you'll you'd it'll would've could've "
        "should've y'all o'clock"
    )
}
_CONTRACTIONS |= {
    short.capitalize(): word[0].upper() + word[1:] for short, word in _CONTRACTIONS.items()
}
# These are words, but not behind a pronoun: "i cant".
_VERBS = {"cant": "can't", "wont": "won't"}
# These are words too, but not in front of one of those: "ill be there", "id like that".
_PRONOUN_AND_VERB = {
    "ill": ("I'll", word_set("be do go get have see call take make let tell send give come try")),
    "id": ("I'd", word_set("like love be rather say go have never")),
}
_PRONOUNS = word_set("i you u he she it we they that this who there")
_SHORT = readings(
    "thx thanks, pls please, plz please, ppl people, msg message, msgs messages, abt about, bday "
    "birthday, wknd weekend, tmrw tomorrow, tmr tomorrow, btw by the way, idk I don't know, imo in "
    "my opinion, imho in my humble opinion, tbh to be honest, brb be right back, ttyl talk to you "
    "later, nvm never mind, ofc of course, lmk let me know, ngl not gonna lie, hbu how about you, "
    "wbu what about you, omg O.M.G., wtf W.T.F., smh shaking my head, asap A.S.A.P., fyi F.Y.I., "
    "rofl R.O.F.L., lmao L.M.A.O., jk just kidding, bc because, rn right now, urself yourself, ur "
    "your, b4 before, gr8 great, l8r later, m8 mate, h8 hate, w8 wait, str8 straight, 2nite "
    "tonight, 2day today, 2moro tomorrow, 4ever forever, any1 anyone, some1 someone, every1 "
    "everyone, idc I don't care, ty thank you, np no problem, ikr I know right, wyd what are you "
    "doing, hmu hit me up, luv love, l8 late, yw you're welcome, tl;dr T.L.D.R., "
    "omw on my way, eta E.T.A."
)
# In capitals too.
_LOUD = word_set("btw idk imo imho tbh brb ttyl nvm lmk thx pls plz")
_VERBS_OF_U = readings("r are, c see, thx thank, ty thank, thank thank")
_DAYS = {short.lower(): day.lower() for short, day in DAYS.items()} | {"weds": "wednesday"}
_TITLES = readings("mr mister, mrs missus, dr doctor, prof professor, jr junior")
_SAINTS = (
    "louis|paul|johns?|james|george|patricks?|peter|petersburg|marys?|nicholas|helens|andrews|lucia|"
    "joseph|francis|anthony|thomas|martin"
)
_NUMBERS = frozenset((*numbers.ONES, *numbers.TENS, *numbers.SCALES, "hundred")) - {""}
_CLAUSE = word_set("and but so if then when that think say said ok maybe yes no well i'm because")
_LETTER = word_set("letter vowel a an the letters and")
# Words that keep a double letter when they are stretched; all others get single letters.
_DOUBLE = word_set(
    "cool good food look book took cook soon too school room boom zoom moon noon fool pool tool "
    "root boot shoot goose loose choose woo boo ooh oops food mood bloom afternoon tattoo see sees "
    "seen free three tree week weekend sweet meet feel feels need deep sleep sheep keep been green "
    "queen between agree speed freedom beer cheer street please wee whee yippee glee all ball call "
    "fall hall tall small wall will still kill bill fill hill chill thrill well hell hello tell "
    "sell smell bell yell full pull bull really hopefully finally totally actually literally "
    "seriously usually especially basically hilarious silly belly jelly yellow pillow follow "
    "awesome miss kiss boss loss pass class glass mess bless less yes guess success stress press "
    "dress happy puppy apple pretty little better letter bitter butter matter sorry hurry merry "
    "marry worry cherry mommy mummy daddy buddy summer dinner winner funny sunny bunny honey money "
    "off stuff coffee giraffe puff bluff egg eggs bigger add odd baby bye hmm mm aww ooh ahh shh "
    "brr grr zz pfft tsss boohoo woohoo yahoo zoo freeze freezing sweetie weird igloo balloon "
    "cartoon hooray shampoo cuckoo ill bee knee fee flee tee gee geez jeez eek peek seek cheek "
    "week creep steep jeep"
).union(("hmmph",))
_STRETCHED = re.compile(r"([A-Za-z])\1{2,}", re.IGNORECASE)
_ROMAN = re.compile(r"[IVXLCDM]+|[ivxlcdm]+")
_SMALL_WORD = re.compile(r"\s[a-z]")
_MOST_RUNS = 4


def emoticon(match: re.Match[str]) -> str | None:
    """Silence; a full stop where the next sentence begins behind it; ")" closes a bracket."""
    front = before(match)
    if match[0].endswith(")") and front.rfind("(") > front.rfind(")"):
        return ")"
    opens = after(match).lstrip()[:1].isupper() and front.rstrip()[-1:].isalpha()
    return ". " if opens else " "


def heart(match: re.Match[str]) -> str | None:
    """ "I <3 you" as "I love you"; silence behind a sentence; a number's sign stays."""
    word, rest = last_word(before(match)), after(match).lstrip()
    if word.lower() in _PRONOUNS and rest[:1].isalpha():
        return "love"
    return None if len(word) < 2 and word not in ("", "u") else " "


def verb(match: re.Match[str]) -> str | None:
    """ "i cant" as "i can't"; "the cant of thieves" and "as he was wont" stay."""
    return _VERBS[match[0]] if last_word(before(match)).lower() in _PRONOUNS else None


def pronoun(match: re.Match[str]) -> str | None:
    """ "ill be there" as "I'll be there"."""
    words, verbs = _PRONOUN_AND_VERB[match[0]]
    front = before(match).rstrip()
    starts = not front[-1:].isalpha() or last_word(front).lower() in _CLAUSE
    return words if starts and next_word(match) in verbs else None


def short(match: re.Match[str]) -> str | None:
    """ "thx" as "thanks", "b4" as "before"."""
    if match[0] == "ur" and not _SMALL_WORD.match(after(match)):
        return None
    words = _SHORT[match[0].lower()]
    return words[0].upper() + words[1:] if match[0].istitle() and words.islower() else words


def you(match: re.Match[str]) -> str | None:
    """A single "u" as "you", "r u" as "are you"; not "the letter u"."""
    verb = match["verb"]
    word = before(match).rstrip().rpartition(" ")[2].rpartition("-")[2].lower()
    if not verb and (word in _LETTER or word in _NUMBERS or word[-1:].isdigit()):
        return None
    return f"{_VERBS_OF_U[verb.strip()]} you" if verb else "you"


def stretched(match: re.Match[str]) -> str | None:
    """ "sooooo" as "so", "cooool" as "cool", "hmmmm" as "hmm"."""
    word = match[0]
    runs = [run.span() for run in _STRETCHED.finditer(word)]
    if not 0 < len(runs) <= _MOST_RUNS or _ROMAN.fullmatch(word):
        return None
    if not any(_is_held(word, *run) for run in runs):
        return None
    if runs == [(0, len(word))]:  # "mmm", but "www" stays
        return word[:2] if word[0].lower() in "aeomz" else None
    forms = [_shortened(word, lengths) for lengths in product((2, 1), repeat=len(runs))]
    return next((form for form in forms if form.lower() in _DOUBLE), forms[-1])


def _shortened(word: str, lengths: Iterable[int]) -> str:
    left = iter(lengths)
    return _STRETCHED.sub(lambda run: run[0][: next(left)], word)


def _is_held(word: str, start: int, end: int) -> bool:
    """Whether a run of a letter is no part of an initialism or numeral: IEEE, AAA, XVIIIth."""
    if not word.isupper():
        return word[start + 1].islower()
    return end - start > 3 or (len(word) > 3 and word[start] in "OYH")


_SHORTS = {*_SHORT, *map(str.upper, _LOUD), *(w.capitalize() for w in _SHORT if len(w) > 2)}
_RUNS = "|".join(letter * 3 for letter in string.ascii_letters)
EMOTICONS = (
    rule("heart", r"(?<!\S)<3{1,9}(?![\w.,]*\d)", heart, "<3"),
    plain_rule(
        "emoticon",
        rf"(?<![^\s(\"'.,!?]){_EMOTICON}(?![^\s.,!?)\"'])|(?<=[A-Za-z!?.])[:;]-?[)(](?=\s|$)",
        emoticon,
        r"[:;=][-'^o]?[)(\]\[DPp/\\|*$@OoSsXx3]|[8B]-[)D]|[xX]D|D[:=]|\([-^o']?[:;=]|<[/\\]3|[oOT>^;-]_|\^",
    ),
)
_BEFORE_DAY = r"(?:on|by|until|till|til|this|next|last|day\s(?:or|and|to))"
_word_rule = partial(
    plain_rule,
    trigger=rf"(?-u:\b)(?:{any_of([*_CONTRACTIONS, *_SHORTS, *_TITLES, *_VERBS, 'u'])})(?-u:\b)"
    rf"|(?-u:\b)(?:{'|'.join(f'{w} (?:{any_of(v)})' for w, (_, v) in _PRONOUN_AND_VERB.items())})"
    rf"|{_BEFORE_DAY}\s(?:{any_of(_DAYS)})(?-u:\b)|[Uuetwy] r(?-u:\b)|st\.? (?:{_SAINTS})",
)
WORDS = (
    _word_rule("contraction", rf"\b(?:{any_of(_CONTRACTIONS)})\b(?!['-]\w)", _CONTRACTIONS),
    _word_rule("pronoun without apostrophe", r"(?<![\w'-])(?:ill|id)(?=\s)", pronoun),
    _word_rule("verb without apostrophe", r"\b(?:cant|wont)\b", verb),
    _word_rule(
        "you", r"(?<![\S])(?P<verb>(?:r|c|thx|ty|thank)\s)?u(?=\s[a-z]|[?!.,]*(?:\s*$))", you
    ),
    _word_rule("short word", rf"(?<![\w./'@#-])(?:{any_of(_SHORTS)})(?![\w/'-]|\.\w)", short),
    _word_rule(
        "are",
        r"\b(?:[Uu]|[Yy]ou|[Ww]e|[Tt]hey|[Ww]here|[Ww]hat|[Hh]ow)\s(?P<it>r)(?=\s[a-z]|[?!.]*\s*$)",
        "are",
    ),
    _word_rule(
        "weekday", rf"\b{_BEFORE_DAY}\s(?P<it>{any_of(_DAYS)})(?=\s[a-z]|[,.?!]*\s*$)", _DAYS
    ),
    _word_rule(
        "title in small letters",
        r"(?<![\w.'-])(?P<short>mr|mrs|dr|prof|jr)\b\.?(?=\s[A-Za-z]{2})",
        lambda match: _TITLES[match["short"]],
    ),
    _word_rule("saint in small letters", rf"\bst\b\.?(?=\s(?:{_SAINTS})\b)", "saint"),
    plain_rule(
        "stretched word",
        r"\b(?<![.'-])[A-Za-z]*?([A-Za-z])\1\1[A-Za-z]*(?![\w'-])",
        stretched,
        _RUNS,
    ),
)
