"""Abbreviations: which words they stand for, and whether their full stop ends a sentence too."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    after,
    any_of,
    before,
    ends_sentence,
    ends_text,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    word_set,
)

# Case counts, and a key goes without its last full stop.
# Before a name, also without a full stop: "Mr Glass", "Dr. Hood".
_TITLES = readings(
    "Mr Mister, Mrs Missus, Ms Miz, Mx Mix, Dr Doctor, Drs Doctors, Messrs Messieurs, St Saint, "
    "Ste Sainte, Mme Madame, Mmes Mesdames, Mlle Mademoiselle, Prof Professor"
)
# Before a name, with a full stop only.
_RANKS = readings(
    "Rev Reverend, Revd Reverend, Fr Father, Hon Honorable, Gen General, Brig Brigadier, "
    "Col Colonel, Maj Major, Capt Captain, Cpt Captain, Cmdr Commander, Comdr Commander, "
    "Adm Admiral, Lieut Lieutenant, Lt Lieutenant, Sgt Sergeant, Cpl Corporal, Pvt Private, "
    "Gov Governor, Sen Senator, Rep Representative, Pres President, Supt Superintendent, "
    "Insp Inspector, Mt Mount, Mts Mounts, Ft Fort, Pt Point, Sts Saints, Bp Bishop, "
    "Msgr Monsignor"
)
# Behind a name; a sentence may end here.
_BEHIND = readings(
    "Jr Junior, Sr Senior, Esq Esquire, Bros Brothers, Inc Incorporated, Ltd Limited, "
    "Corp Corporation, Co Company, Mfg Manufacturing, Ave Avenue, Av Avenue, Blvd Boulevard, "
    "Rd Road, Ln Lane, Hwy Highway, Pkwy Parkway, Sq Square, Ct Court, Pl Place, Univ University, "
    "Dept Department, Div Division, Assn Association, Assoc Association, Natl National, "
    "Intl International, Govt Government, Hosp Hospital, Bldg Building"
)
# A state of the Union, behind a comma: "San Jose, Calif."
_STATES = readings(
    "Ala Alabama, Ariz Arizona, Ark Arkansas, Calif California, Cal California, Colo Colorado, "
    "Conn Connecticut, Del Delaware, Fla Florida, Ga Georgia, Ill Illinois, Ind Indiana, "
    "Kan Kansas, Ky Kentucky, La Louisiana, Md Maryland, Mass Massachusetts, Mich Michigan, "
    "Minn Minnesota, Miss Mississippi, Mo Missouri, Mont Montana, Neb Nebraska, Nev Nevada, "
    "Okla Oklahoma, Ore Oregon, Pa Pennsylvania, Tenn Tennessee, Tex Texas, Vt Vermont, "
    "Va Virginia, Wash Washington, Wis Wisconsin, Wyo Wyoming"
)
# Anywhere.
_ANYWHERE_TABLE = readings(
    "vs versus, etc et cetera, &c et cetera, e.g for example, eg for example, i.e that is, "
    "ie that is, viz namely, cf compare, approx approximately, incl including, excl excluding, "
    "esp especially, dept department, govt government, assn association, misc miscellaneous, "
    "orig originally, resp respectively, ibid ibidem, Ph.D P.H.D., D.Phil D.Phil, B.Sc B.S.C., "
    "M.Sc M.S.C., Litt.D doctor of letters, bldg building, hwy highway, blvd boulevard, "
    "pkg package, qty quantity, amt amount, abbr abbreviated, pron pronounced, Penna Pennsylvania, "
    "temp temperature, calif California"
)
# Only before a number: "No. 5", "pp. 3-7", "ca. 1200", "est. 1900".
_BEFORE_NUMBER = readings(
    "No number, no number, NO number, Nos numbers, nos numbers, nr number, Nr number, p page, "
    "pp pages, pg page, vol volume, Vol volume, vols volumes, Vols volumes, ch chapter, "
    "Ch chapter, chap chapter, Chap chapter, fig figure, Fig figure, figs figures, Figs figures, "
    "sec section, Sec section, sect section, art article, Art article, par paragraph, pt part, "
    "Pt part, bk book, Bk book, ed edition, ver version, v version, Op opus, op opus, c circa, "
    "ca circa, b born, d died, fl flourished, est established, Est established, max maximum, "
    "min minimum, avg average, tel telephone, Tel telephone, ext extension, Ext extension, "
    "rm room, Rm room, apt apartment, Apt apartment, Ste suite, rt route, Rt route, Rte route, "
    "lat latitude, long longitude, ep episode, Ep episode, eq equation, Eq equation, "
    "tab table, Tab table, Ca circa"
)
# With an apostrophe for what is left out.
_CLIPPED = readings(
    "gov't government, Gov't Government, int'l international, Int'l International, nat'l national, "
    "Nat'l National, dep't department, Dep't Department, ass'n association, Ass'n Association, "
    "cont'd continued, rec'd received, sec'y secretary, Sec'y Secretary"
)
# Words with a slash that have a reading of their own.
_SLASHED = readings(
    "w/o without, w/out without, w/ with, S/he He or she, s/he he or she, b/c because, c/o care "
    "of, n/a not applicable, N/A not applicable, w/e whatever, 24/7 twenty-four seven, 9/11 nine "
    "eleven, 20/20 twenty twenty, 50/50 fifty-fifty"
)
# Initials written with spaces: one word again, which is read letter by letter.
_SPACED = {
    spaced: spaced.replace(" ", "")
    for spaced in (
        "U. S. A.",
        "U. S.",
        "U. K.",
        "A. D.",
        "B. C.",
        "A. M.",
        "P. M.",
        "D. C.",
        "N. Y.",
    )
} | {"i. e.": "that is", "e. g.": "for example"}
# "US" in capitals is the pronoun behind one of these, unless a noun follows: "of US,".
_BEFORE_PRONOUN = word_set("of to for with at by from on upon than let like about against all both")
_BEFORE_US = word_set(
    "let give gave giuen make made help tell told bring brought send sent show shew keep lead "
    "teach take among amongst vnto vpon into before behind after between ouer over as bless saue "
    "save haue have grant deliver deliuer heare hear see forgiue love loue and or but concerning "
    "within without vnder under towards through beside becomes call called"
)
_NO_NOUN = word_set("a an and are as at but by for from go in is of on or that the to was were who")
_CAPITALS = {short.upper(): words for short, words in (*_TITLES.items(), *_RANKS.items())}
_BEFORE_NAME = {**_CAPITALS, **_RANKS, **_TITLES}
_ANYWHERE = {
    "VS": "versus",
    "ETC": "et cetera",
    **{
        key.capitalize(): words.capitalize()
        for key, words in _ANYWHERE_TABLE.items()
        if key.isalpha()
    },
    **_ANYWHERE_TABLE,
}
_UNDOTTED = sorted({*_TITLES, "MR", "MRS", "DR"} - {"Ste"})
_DOTTED_INSIDE = sorted(key for key in _ANYWHERE_TABLE if not key.isalpha())
_ROMAN_WORD = re.compile(r"[IVXL]+|[ivxl]{2,}")
_NUMBER = re.compile(r"[#$£€]?\.?[0-9]|[A-Z]{1,4}-?[0-9]")


def dotted(match: re.Match[str]) -> str | None:
    """An abbreviation with its full stop, which stays where it also ends the sentence."""
    short, rest = match["short"], after(match)
    if match.string[match.start() - 1 : match.start()] == ".":
        return None
    words = _words(match, short, rest)
    if words is None:
        return None
    last = ends_text(match) if short in _BEFORE_NAME else ends_sentence(match)
    if last and not words.endswith("."):
        return f"{words}."
    return f"{words} " if rest[:1].isalnum() else words


def _words(match: re.Match[str], short: str, rest: str) -> str | None:
    following = rest.lstrip()
    if short in _BEFORE_NUMBER:
        word = following.split(" ")[0].rstrip(".,;:)")
        roman = word != "I" and _ROMAN_WORD.fullmatch(word) and numbers.roman(word)
        if _NUMBER.match(following) or roman:
            return _BEFORE_NUMBER[short]
    if short in _STATES and before(match).endswith(", "):
        return _STATES[short]
    if short in _BEFORE_NAME:
        named = following[:1].isupper() or following[:1] in "\"',"
        return _BEFORE_NAME[short] if named or short in _TITLES else None
    if short in _BEHIND:
        return _BEHIND[short]
    if short == "vs" and ends_text(match):  # old spelling: "none of vs."
        return None
    return _ANYWHERE.get(short)


def united_states(match: re.Match[str]) -> str | None:
    """US as initials, unless it is "us" in capitals: "afraid of US, said he"."""
    alone = not next_word(match) or next_word(match) in _NO_NOUN
    return None if alone and last_word(before(match)) in _BEFORE_PRONOUN else "U.S."


def slashed(match: re.Match[str]) -> str:
    """ "w/o" and its like."""
    words = _SLASHED[match[0]]
    return f"{words} " if after(match)[:1].isalnum() else words


def versus(match: re.Match[str]) -> str | None:
    """ "cats vs dogs", but not "let vs pray" and "all of vs", old spellings of "us"."""
    last = last_word(before(match))
    known = not last.islower() or last in _BEFORE_PRONOUN or last in _BEFORE_US
    return None if known else "versus"


RULES = (
    plain_rule(
        "spaced initials",
        rf"\b(?:{any_of(_SPACED)})",
        _SPACED,
        any_of(_SPACED),
    ),
    plain_rule("clipped", rf"\b(?:{any_of(_CLIPPED)})\b", _CLIPPED, any_of(_CLIPPED)),
    rule("slashed", rf"(?<![\w/])(?:{any_of(_SLASHED)})(?!/|(?<=\w)\w)", slashed, any_of(_SLASHED)),
    plain_rule(
        "versus",
        r"\b[A-Z0-9][\w'-]{0,99}\s(?P<it>vs|v\.?)(?=\s[A-Z0-9])",
        "versus",
        r" (?:vs|v\.?) [A-Z0-9]",
    ),
    plain_rule("versus between words", r" (?P<it>vs)(?=\s[a-z]{2})", versus, "[a-z] vs [a-z]"),
    plain_rule(
        "dotted inside",
        rf"(?<![\w.])(?P<short>{any_of(_DOTTED_INSIDE)})\.",
        dotted,
        rf"(?:{any_of(_DOTTED_INSIDE)})\.",
    ),
    plain_rule(
        "dotted",
        r"\b(?P<short>[A-Za-z]{1,6})\.",
        dotted,
        (
            rf"(?-u:\b)(?:{any_of({*_BEFORE_NAME, *_BEHIND, *_ANYWHERE, *_STATES})})\."
            rf"|(?-u:\b)(?:{any_of(_BEFORE_NUMBER)})\. *(?:[#$£€.0-9IVXLivxl]|[A-Z]{{1,4}}-?[0-9])"
        ),
    ),
    plain_rule(
        "title",
        rf"\b(?P<short>{any_of(_UNDOTTED)})(?=\s[A-Z])",
        _BEFORE_NAME,
        rf"(?-u:\b)(?:{any_of(_UNDOTTED)}) [A-Z]",
    ),
    rule(
        "half day",
        r"[0-9](?<![\w.][0-9])(?<![A-LN-Z]-[0-9])[0-9]?(?:[:.][0-9]{2})*"
        r"(?P<it>\s?(?P<half>[AaPp])(?:\.\s?[Mm]\b\.?|[Mm]\b\.?))",
        lambda match: f" {match['half'].lower()}.m.",
        r"[0-9] ?[AaPp](?:\. ?)?[Mm]",
    ),
    plain_rule(
        "US", r"(?<![A-Z]{2}\s)(?<!-)\bUS\b\.?(?!\s?\$|\s[A-Z]{2})", united_states, r"(?-u:\bUS\b)"
    ),
)
