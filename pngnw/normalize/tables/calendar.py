"""Months, days and eras, and the words from which a bare number is known as a year or a count."""

from pngnw.normalize.tables.words import words

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
SHORT_MONTHS = {
    **{month[:3]: month for month in MONTHS if month != "May"},
    "Sept": "September",
}
DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
ERAS = {"AD": "A.D.", "BC": "B.C.", "CE": "C.E.", "BCE": "B.C.E.", "AH": "A.H.", "BP": "B.P."}
ZONES = words("EST EDT CST CDT MST MDT PST PDT GMT UTC BST CET CEST JST IST")
# A number from 1000 to 2099 behind one of these is a year, whatever follows.
YEAR_BEFORE = words(
    "in since during circa early mid late year spring summer autumn fall winter christmas easter "
    "census"
) | {month.lower() for month in MONTHS}
# Behind one of these it is a year unless something counted follows.
YEAR_OR_COUNT_BEFORE = words("until till by before after for from between years")
# Behind one of these it is a count.
COUNT_BEFORE = words(
    "nearly almost over exactly only roughly approximately some than least another these "
    "all every extra additional number no page pages line lines model psalm times plus minus "
    "equals total totaling totalling averaging numbering seating"
)
# "a population of 1500": behind "of" it is a count after these.
COUNTED_OF = words(
    "population total number height altitude elevation area length distance cost capacity average "
    "sum maximum minimum range speed depth weight mass crew force army fleet garrison audience "
    "membership group body party band list minority majority price budget salary strength sample "
    "set collection stock circulation score majority workforce staff rate width value fine output "
    "congregation fortune income pension"
)
# Before one of these it is a count.
COUNTED = words(
    "men women people persons inhabitants residents souls citizens soldiers troops sailors marines "
    "horses horsemen cavalry infantry prisoners casualties dead wounded killed deaths victims "
    "refugees immigrants settlers slaves workers employees students pupils members children "
    "families households houses homes buildings rooms beds seats ships boats aircraft planes "
    "vehicles cars tanks guns rifles copies pages words lines verses letters books volumes titles "
    "species genera miles yards feet inches meters metres kilometers kilometres acres hectares "
    "square cubic tons tonnes pounds kilograms grams ounces gallons liters litres barrels "
    "dollars cents euros pence francs marks rubles livres guineas crowns florins ducats yen rupees "
    "degrees volts watts kilowatts megawatts horsepower rpm hertz hours minutes seconds days weeks "
    "months points votes goals runs games matches wins hits head percent calories times "
    "others more fewer such different individual kinds varieties thousand million billion "
    "light-years sheep cattle schools churches villages islands lakes"
)
# "1500 of them", but not "the bill for 1996 of two millions".
OF_THESE = words("the them these those us his her its their my our your which whom")
# End in "s" but count nothing: "1984 was".
NO_PLURAL = words(
    "was is has does as its his hers this thus us yes always perhaps towards afterwards besides "
    "across versus plus minus unless ours theirs yours whereas sometimes census"
)
# No adjective of something counted: "1984 and men", "1984 were men".
NO_NOUN_FOLLOWS = NO_PLURAL | words(
    "a an and are as at but by can could did for from had have in into is it of on or saw "
    "should so some than that the their then to were when where which while who will with would"
)
# Determiners make the noun behind a year the thing meant: "the 1960 elections".
DETERMINERS = words("the a an its his her their our this that each")
# Numbers behind these are read in pairs: "Flight 1549", "Room 101", "Boeing 747".
PAIRED_BEHIND = words(
    "Boeing Flight flight Route Interstate Highway Room Porsche Peugeot Apartment Suite"
)
BIBLE = words(
    "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra "
    "Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel Daniel Hosea "
    "Amos Micah Zechariah Malachi Matthew Mark Luke John Acts Romans Corinthians Galatians "
    "Ephesians Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Jude "
    "Revelation Surah Sura"
)
