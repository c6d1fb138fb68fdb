"""Currencies: signs and codes, and what they and their hundredths are called."""

# sign -> (one, many, one hundredth, hundredths)
_CENTS = ("cent", "cents")
_PENCE = ("penny", "pence")
CURRENCIES = {
    "$": ("dollar", "dollars", *_CENTS),
    "£": ("pound", "pounds", *_PENCE),
    "€": ("euro", "euros", *_CENTS),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₩": ("won", "won", "jeon", "jeon"),
    "₪": ("shekel", "shekels", "agora", "agorot"),
    "₺": ("lira", "lira", "kurus", "kurus"),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₦": ("naira", "naira", "kobo", "kobo"),
    "₱": ("peso", "pesos", "centavo", "centavos"),
    "₫": ("dong", "dong", "xu", "xu"),
    "฿": ("baht", "baht", "satang", "satang"),
    "₿": ("bitcoin", "bitcoins", *_CENTS),
    "₨": ("rupee", "rupees", "paisa", "paise"),
    "¢": ("cent", "cents", "", ""),
}
# Letters that stand before a sign, as in "US$5".
NATIONS = {
    "US": "U.S. ",
    "A": "Australian ",
    "AU": "Australian ",
    "C": "Canadian ",
    "CA": "Canadian ",
    "CDN": "Canadian ",
    "NZ": "New Zealand ",
    "HK": "Hong Kong ",
    "S": "Singapore ",
    "NT": "New Taiwan ",
    "IR": "Irish ",
}
# Codes and abbreviations, before or behind the amount: "USD 5", "500 EUR", "Rs. 500".
CODES = {
    "USD": ("U.S. dollar", "U.S. dollars", *_CENTS),
    "AUD": ("Australian dollar", "Australian dollars", *_CENTS),
    "CAD": ("Canadian dollar", "Canadian dollars", *_CENTS),
    "EUR": CURRENCIES["€"],
    "GBP": ("British pound", "British pounds", *_PENCE),
    "JPY": CURRENCIES["¥"],
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "SEK": ("Swedish krona", "Swedish kronor", "ore", "ore"),
    "NOK": ("Norwegian krone", "Norwegian kroner", "ore", "ore"),
    "DKK": ("Danish krone", "Danish kroner", "ore", "ore"),
    "INR": ("Indian rupee", "Indian rupees", "paisa", "paise"),
    "CNY": ("Chinese yuan", "Chinese yuan", "fen", "fen"),
    "RMB": ("yuan", "yuan", "fen", "fen"),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "BRL": ("Brazilian real", "Brazilian reais", "centavo", "centavos"),
    "RUB": CURRENCIES["₽"],
    "BTC": CURRENCIES["₿"],
    "DM": ("Deutsche Mark", "Deutsche Marks", "pfennig", "pfennigs"),
    "Rs": CURRENCIES["₹"],
}
SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "mn": "million",
    "mm": "million",
    "b": "billion",
    "B": "billion",
    "bn": "billion",
    "t": "trillion",
    "T": "trillion",
    "tn": "trillion",
}
