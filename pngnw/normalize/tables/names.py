"""Names and nouns in front of Roman numerals, and what the numeral is then."""

from pngnw.normalize.tables.words import words

# Nouns before a numeral that make it a cardinal, a single I, V or X too.
NUMBERED = words(
    "Chapter Book Volume Part Act Scene Section War Canto Appendix Phase Type Article Figure Table "
    "Plate Grade Class Stage Psalm Title Division Corps Vol Episode Season "
    "Category Lecture Lesson Sonnet Symphony Sonata Concerto Quartet"
)
# The same in small letters, before more than a single "i", "v" or "x".
NUMBERED_SMALL = words(
    "chapter book volume part act scene section canto appendix article figure plate page pages "
    "number numbers"
)
# Nouns and names before a numeral of at least two letters that may be larger than 89.
LARGE = frozenset({"Bowl", "WrestleMania", "Olympiad", "Psalm", "Sonnet", "Canto", "Chapter"})
# Single V and X behind a name that is no ruler's: "Saturn V".
SINGLE = words("Mark Saturn Rocky Rambo Polaris Trident Ariane Tudor")
# Rulers' names, which take an ordinal: "Henry the eighth".
_REGNAL = (
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
    "Pius Ptolemy Rainier Ramesses Rameses Ranavalona Reza Richard Robert Roger Romanos Rudolf "
    "Rudolph Sancho Sebastian Seleucus Selim Seti Sigismund Sixtus Sobhuza Stanislaw Stephen "
    "Suleiman Sweyn Sylvester Theodore Theodosius Thutmose Tiglath Umberto Urban Valdemar "
    "Valentinian Victor Vittorio Vladimir Wenceslaus Wilhelm Willem William Xerxes Yazdegerd "
    "Zygmunt"
)
REGNAL = frozenset(_REGNAL.split())
NOT_REGNAL = frozenset({("Malcolm", "X")})
# Before a ruler's name they make a lone "I" the first: "King Charles I".
RULERS = words(
    "King Queen Pope Emperor Empress Tsar Czar Kaiser Sultan Shah Prince Princess Duke Count "
    "Archduke Caliph Pharaoh Patriarch Saint"
)
# Words in front of capitals that are no numeral: "an IV", "the XL", "In IV".
NO_NAME = words(
    "A An The This That These Those His Her Its Their Our My Your No In On At By Of For With From "
    "To And Or But As If Is Are Was Were Size Sizes"
)
