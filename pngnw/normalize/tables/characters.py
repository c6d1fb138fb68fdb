"""Characters: what they fold to, and the symbols that are words."""

# Characters whose folding is not their NFKC form. Invisible inside a word: "". Separating: " ".
FOLDED = {
    **dict.fromkeys("\t\n\v\f\r\x85\u00a0\u2028\u2029\u200b", " "),
    **dict.fromkeys("\u00ad\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys("‘’‚‛′ʼʻ`´ʹ", "'"),
    **dict.fromkeys("“”„‟″«»‹›〝〞", '"'),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("‒–—―⸺⸻", " - "),
    "−": "-",
    "…": "...",
    "⁄": "/",  # also inside the NFKC of ½
    "∕": "/",
    "²": " squared ",
    "³": " cubed ",
    "№": "number ",
    "º": "°",
    **dict.fromkeys("•·∙⋅¦│║▪■□▫●○◦‣▶►◆◇❖", " "),  # bullets and rules, which nobody reads
    "µ": "μ",
    "✕": "×",
}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

# Symbols that are words wherever they still stand when all numbers are words.
SYMBOLS = {
    "&": "and",
    "@": "at",
    "#": "hash",
    "+": "plus",
    "=": "equals",
    "<": "less than",
    ">": "greater than",
    "%": "percent",
    "‰": "per mille",
    "°": "degrees",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "∓": "minus or plus",
    "≈": "about",
    "≃": "about",
    "≅": "is congruent to",
    "≠": "is not equal to",
    "≡": "is equivalent to",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≪": "much less than",
    "≫": "much greater than",
    "√": "square root of",
    "∛": "cube root of",
    "∞": "infinity",
    "∑": "sum of",
    "∏": "product of",
    "∫": "integral of",
    "∂": "partial",
    "∇": "nabla",
    "∈": "in",
    "∉": "not in",
    "∩": "intersection",
    "∪": "union",
    "⊂": "subset of",
    "⊆": "subset of",
    "∅": "empty set",
    "∀": "for all",
    "∃": "there exists",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "∴": "therefore",
    "∵": "because",
    "∝": "is proportional to",
    "→": "to",
    "⇒": "implies",
    "←": "from",
    "↔": "to and from",
    "⇔": "if and only if",
    "↑": "up",
    "↓": "down",
    "§": "section",
    "¶": "paragraph",
    "©": "copyright",
    "®": "registered",
    "™": "trademark",
    "♭": "flat",
    "♯": "sharp",
    "♀": "female",
    "♂": "male",
    "μ": "mu",
    "Ω": "omega",
}

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega sigma"
)
GREEK = {
    letter: f" {name} "
    for letter, name in zip("αβγδεζηθικλμνξοπρστυφχψως", _GREEK_NAMES.split(), strict=True)
}
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "quot": '"', "apos": "'"}
