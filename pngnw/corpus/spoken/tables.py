"""What stands for what: the tables behind the rules. Add a reading here, not a rule."""

# Characters whose folding is not their NFKC form. Invisible inside a word: "". Separating: " ".
FOLDED = {
    **dict.fromkeys("\t\n\v\f\r\x85   ​", " "),
    **dict.fromkeys("­‌‍⁠\ufeff‎‏‪‫‬‭‮⁦⁧⁨⁩", ""),
    **dict.fromkeys("‘’‚‛′ʼʻ`´", "'"),
    **dict.fromkeys("“”„‟″«»‹›〝〞", '"'),
    **dict.fromkeys("‐‑−", "-"),
    **dict.fromkeys("‒–—―⸺⸻", " - "),
    "…": "...",
    "⁄": "/",
    "²": " squared ",
    "³": " cubed ",
    "¼": " 1/4 ",
    "½": " 1/2 ",
    "¾": " 3/4 ",
    "⅓": " 1/3 ",
    "⅔": " 2/3 ",
    "⅕": " 1/5 ",
    "⅛": " 1/8 ",
    "⅜": " 3/8 ",
    "⅝": " 5/8 ",
    "⅞": " 7/8 ",
    "×": " times ",
    "÷": " divided by ",
    "±": " plus or minus ",
    "≈": " about ",
    "§": " section ",
    "©": " copyright ",
    "®": " ",
    "™": " ",
    "¢": " cents ",
    "º": "°",
    "ª": "",
    "•": " ",
    "·": " ",
    "℃": "°C",
    "℉": "°F",
}

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega sigma"
)
GREEK = {
    letter: f" {name} "
    for letter, name in zip("αβγδεζηθικλμνξοπρστυφχψως", _GREEK_NAMES.split(), strict=True)
}

# Abbreviation (without its last full stop) -> words. Case counts.
BEFORE_NAME = {  # also without a full stop: "Mr Glass"
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Dr": "Doctor",
    "Messrs": "Messieurs",
    "St": "Saint",
}
TITLES = "|".join(BEFORE_NAME)
DOTTED = {
    **{short: long for short, long in BEFORE_NAME.items() if short != "St"},
    "Drs": "Doctors",
    "Mme": "Madame",
    "Mlle": "Mademoiselle",
    "Prof": "Professor",
    "Rev": "Reverend",
    "Hon": "Honorable",
    "Gen": "General",
    "Brig": "Brigadier",
    "Col": "Colonel",
    "Capt": "Captain",
    "Lieut": "Lieutenant",
    "Lt": "Lieutenant",
    "Sgt": "Sergeant",
    "Maj": "Major",
    "Gov": "Governor",
    "Sen": "Senator",
    "Jr": "Junior",
    "Sr": "Senior",
    "Esq": "Esquire",
    "Bros": "Brothers",
    "Inc": "Incorporated",
    "Ltd": "Limited",
    "Corp": "Corporation",
    "Mt": "Mount",
    "Ft": "Fort",
    "vs": "versus",
    "etc": "et cetera",
    "&c": "et cetera",
    "e.g": "for example",
    "i.e": "that is",
    "viz": "namely",
    "cf": "compare",
    "al": "al",
    "approx": "approximately",
}
# Read so only before a number: "No. 5", "pp. 3-7".
BEFORE_NUMBER = {
    "No": "number",
    "no": "number",
    "Nos": "numbers",
    "nos": "numbers",
    "p": "page",
    "pp": "pages",
    "vol": "volume",
    "Vol": "volume",
    "ch": "chapter",
    "Ch": "chapter",
    "fig": "figure",
    "Fig": "figure",
    "c": "circa",
    "ca": "circa",
}
_MONTH_NAMES = (
    "January February March April May June July August September October November December"
)
MONTHS = tuple(_MONTH_NAMES.split())
SHORT_MONTHS = {
    **{month[:3]: month for month in MONTHS if month != "May"},
    "Sept": "September",
}
ABBREVIATED = "|".join(
    sorted(
        {key.replace(".", r"\.") for key in (*DOTTED, *BEFORE_NUMBER, *SHORT_MONTHS, "St")},
        key=lambda key: (-len(key), key),
    )
)

# sign -> (one, many, one hundredth, hundredths)
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
}
MONEY_SCALES = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion", "tn": "trillion"}

# unit -> (one, many); read so only after a number.
UNITS = {
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "m/s": ("meter per second", "meters per second"),
    "km": ("kilometer", "kilometers"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "nm": ("nanometer", "nanometers"),
    "m": ("meter", "meters"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "mph": ("mile per hour", "miles per hour"),
    "ha": ("hectare", "hectares"),
    "L": ("liter", "liters"),
    "mL": ("milliliter", "milliliters"),
    "ml": ("milliliter", "milliliters"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "sec": ("second", "seconds"),
}

# Words before a Roman numeral that make it a cardinal, a single I, V or X too.
NUMBERED_BEFORE_ROMAN = "Chapter|Book|Volume|Part|Act|Scene|Section|War|Canto|Appendix|Phase|Type"
# Names that take an ordinal: "Henry the eighth".
_REGNAL_NAMES = (
    "Adrian Albert Alexander Alfonso Andronikos Antiochus Artaxerxes Baldwin Basil Benedict "
    "Boniface Catherine Charles Christian Clement Constans Constantine Cosimo Darius Edward "
    "Elizabeth Eugene Ferdinand Francis Franz Frederick George Gregory Gustav Haakon Harald Henry "
    "Honorius Innocent Ivan James John Joseph Julius Justin Justinian Leo Leopold Louis Ludwig "
    "Malcolm Marcellus Martin Mary Maximilian Mehmed Michael Murad Mustafa Napoleon Nicholas Olaf "
    "Olav Otto Paul Peter Philip Pius Ptolemy Ramesses Richard Robert Romanos Rudolf Selim Sixtus "
    "Stephen Suleiman Theodore Theodosius Umberto Urban Valentinian Victor Wilhelm William Xerxes"
)
REGNAL = frozenset(_REGNAL_NAMES.split())
# Symbols that are words wherever they stand.
SYMBOLS = {"&": "and", "@": "at", "+": "plus", "=": "equals", "%": "percent", "°": "degrees"}
DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
