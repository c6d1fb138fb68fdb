"""Odd bits of text, family by family: what hostile text is put together from."""

from collections.abc import Sequence

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
SPACES = [
    *" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u2009\u202f\u3000\u1680", "\r\n", "\n\r",
]  # fmt: skip
INVISIBLE = [*"\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u061c"]
BIDI = [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"]
COMBINING = [*"\u0300\u0301\u0308\u0327\u0489\u20dd\u20e3\u0f71\u0e38\u05b4\u064b\u0345\u1ab0"]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc80", "\ud83d\ude00"]
NONCHARACTERS = [
    "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ufffd", "\ufffc", "\ue000", "\U000f0061",
]  # fmt: skip
EMOJI = ["😀", "👩‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "🇩", "❤️", "1️⃣", "#️⃣", "☠︎", "🫠"]
SCRIPTS = [
    "Привет", "мир", "αβγ", "Ω", "שלום", "مرحبا", "日本語", "ひらがな", "カタカナ",
    "한국어", "ไทย", "हिन्दी", "ქართული", "Ꭰ", "𝔘𝔫𝔦", "𝟘𝟙", "ﬁ", "ﷺ", "İ", "ı",
    "ß", "ẞ", "ŉ", "ǆ", "Å", "Å", "é", "e\u0301", "ſ", "K", "ª", "½", "¾",
    "⅐", "Ⅷ", "²", "⁻¹", "①", "㎏", "℃", "№", "™", "…", "‰", "٣", "१२", "𐒠",
    "㊿", "ʼn", "ʼ",
]  # fmt: skip
QUOTES = [*"\"'“”‘’«»‹›„‚`´()[]{}<>〈〉「」"]
MARKS = [*".,;:!?-–—―…·•/\\|_*#~^&%@§°+=<>¡¿", "...", "--", "---", "!!!", "?!", ". . .", "''", "``"]
NUMBERS = [
    "0", "00", "1", "12", "007", "1999", "1990s", "'90s", "3.14", ".5", "1,000,000", "1,00",
    "1.2.3", "192.168.0.1", "1/2", "3 1/2", "22/7", "1/0", "10^-8", "1e-5", "5'10\"",
    "45°30'15\"N", "20 °C", "5km", "5-km", "3x4", "1080p", "$3.5 million", "$5-10", "£1.01", "€",
    "5€", "USD 5", "Rs. 500", "50p", "$", "-$.50/hr", "99%", "3:30", "25:61", "10:15:30",
    "3 p.m.", "2004-05-12", "99-99-99", "4/7/1776", "24.12.1818", "May 5-7", "5th May", "1914-18",
    "500 BC", "AD 1066", "1st", "21ST", "100,000th", "+44 20 7946 0958", "555-1234",
    "ISBN 0-306-40615-2", "A320", "F-150", "UTC-5", "XIV", "Henry VIII", "Chapter IV", "MCMXCIX",
    "IIII", "#1", "~5", "5k", "10-10", "1 234 567", "2²", "x³", "Ⅻ", "18446744073709551616",
    "9" * 66, "9" * 67, "1" + "0" * 65,
]  # fmt: skip
SHORT = [
    "Mr.", "Mrs.", "Dr.", "St.", "Ave.", "U.S.", "U. S.", "i. e.", "e.g.", "etc.", "vs.", "v.",
    "No.", "Vol.", "p.m.", "a.m.", "Ph.D.", "Jan.", "Mon.-Fri.", "w/o", "Inc.", "Co.", "J. R. R.",
    "a", "A", "I", "o'", "'tis", "rock 'n' roll", "don't", "dogs'", "red-haired", "o'Ryan",
    "CEOs", "McDonald's", "SpaceShipOne", "b2b", "ABCDEFG", "output(s)", "v1.0",
    "www.example.com/a?b=c", "http://x.y/z", "a@b.co", "file.txt", "C#", "#tag", "km/h", "AT&T",
    "&amp;", "&#8212;", "&",
]  # fmt: skip
MARKUP = [
    "<b>", "</b>", "<br/>", "<ref>", "</ref>", "<!--", "-->", "<script>", "<a href='x'>", "{{",
    "}}", "[[", "]]", "{|", "|}", "|-", "|", "''", "'''", "==", "=== x ===", "\n* ", "\n# ",
    "\n:", "\n;", "<nowiki>", "[http://x y]", "[[File:x|y]]", "[[a|b]]", "{{convert|5|km}}",
    "{{lang|fr|mot}}", "&nbsp;", "&lt;", "<math>", "</math>", "~~~~", "__TOC__", "{{{1|}}}",
    "<div", "/>", "http://", "\n----\n", "\n{|\n|a\n|}\n", "''''", "'''''", "<ref name=a/>",
    "<pre>", "&#x110000;", "&#0;",
]  # fmt: skip
MOJIBAKE = [
    "Ã©", "â€™", "â€œ", "Ãƒ©", "ï»¿", "Â ", "Ð\x9fÑ\x80", "ÃƒÂ©", "à¶", "ä¸\xad", "\x92", "\x93",
    "Ì\x81",
]  # fmt: skip
WORDS = [
    "the", "said", "of", "and", "Alice", "whale", "read", "lead", "use", "a", "century", "over",
    "Street", "War",
]  # fmt: skip
FAMILIES: Sequence[Sequence[str]] = (
    CONTROLS, SPACES, INVISIBLE, BIDI, COMBINING, SURROGATES, NONCHARACTERS, EMOJI, SCRIPTS,
    QUOTES, MARKS, NUMBERS, NUMBERS, SHORT, SHORT, MARKUP, MOJIBAKE, WORDS, WORDS,
    ["NUL\0", "\0", "\ufeff", "\r", "\r\r\n"],
)  # fmt: skip
