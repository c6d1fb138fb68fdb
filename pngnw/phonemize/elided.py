"""Words with an apostrophe that English prose writes and CMUdict lacks, with their phonemes.

Guarantees: keys are look-up keys (see `pngnw.phonemize.lookup_key`) of words whose reading no rule
gives; one that a lexicon lists is read as the lexicon says.
Source: by ear, from the readings that CMUdict gives to the full forms.
"""

from typing import Final

ELIDED: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(phonemes.split())
    for word, phonemes in {
        "'ave": "AE1 V", "'cos": "K AH0 Z", "'cuz": "K AH0 Z", "'ere": "IH1 R", "'ow": "AW1",
        "'gainst": "G EH1 N S T", "'neath": "N IY1 TH", "'tisn't": "T IH1 Z AH0 N T",
        "'twasn't": "T W AH1 Z AH0 N T", "'twere": "T W ER1", "'twill": "T W IH1 L",
        "'n'": "AH0 N", "'twixt": "T W IH1 K S T", "'twould": "T W UH1 D",
        "'twouldn't": "T W UH1 D AH0 N T",
        "a'n't": "EY1 N T", "an'": "AH0 N", "an't": "EY1 N T", "bo's'n": "B OW1 S AH0 N",
        "bo'sun": "B OW1 S AH0 N", "cap'n": "K AE1 P AH0 N", "d'ye": "D Y AH0",
        "daren't": "D EH1 R AH0 N T", "e'en": "IY1 N", "e'er": "EH1 R",
        "fo'c'sle": "F OW1 K S AH0 L", "fo'c's'le": "F OW1 K S AH0 L",
        "hav'n't": "HH AE1 V AH0 N T", "i'": "IH0", "i'faith": "IH0 F EY1 TH", "is't": "IH1 Z T",
        "ma'm": "M AE1 M", "o'er": "AO1 R", "s'pose": "S P OW1 Z", "se'nnight": "S EH1 N AY0 T",
        "sha'n't": "SH AE1 N T", "shan't": "SH AE1 N T", "t'gallant": "T AH0 G AE1 L AH0 N T",
        "t'other": "T AH1 DH ER0", "th'": "DH AH0", "thou'lt": "DH AW1 L T",
        "thou'rt": "DH AW1 R T", "thank'e": "TH AE1 NG K IY0", "wi'": "W IH0",
    }.items()
}  # fmt: skip
