"""The network says what g2p_en says, alone and in any company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemize import network
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.network import Network

# What g2p_en 2.1.0's own G2p.predict answered, run word by word in a process of its own. Beside
# these, all 17,680 words of a scratch run (Gutenberg's unknown words, random strings) were equal.
FACTS = {
    "activationist": "AE2 K T IH0 V EY1 SH AH0 N IH0 S T",
    "blorptastic": "B L AO2 R P T AE1 S T IH0 K", "xylophonist": "Z AY1 L AH0 F AH0 N AH0 S T S",
    "hobbitses": "HH AA1 B AH0 T S IH0 Z", "quidditch": "K W IH1 D IH0 CH", "zzz": "Z AH1 Z",
    "cthulhu": "CH AH0 L UW1 HH AH0", "bandersnatch": "B AE1 N D ER0 S AH0 N T",
    "jabberwock": "JH AE1 B ER0 W UH2 K", "tokenizer": "T OW1 K AH0 N AY2 Z ER0",
    "wordpiece": "W ER1 D P IY0 AH0 S", "phonemizer": "F OW1 N AH0 M AY2 Z ER0",
    "grapheme": "G R AE1 F IY0 M", "smurfette": "S M ER0 F EH1 T",
    "krzyzewskiesque": "K R IH1 S K AH0 S W AA2 K S", "pngnw": "N AH1 F",
    "rumpelstiltskin": "R AH1 M P EH2 L S T EH0 K N IH0 L",
    "antidisestablishmentarianistically": "AE2 N T IY0 D AH0 S F IH1 R AH0 N T L IY0",
    "o'zork": "OW1 Z AO1 R K", "ab-cd": "AE1 B K D",
}  # fmt: skip


@pytest.fixture(scope="module")
def net() -> Network:
    return Network()


def test_facts(net: Network) -> None:
    assert net.predict([]) == []
    assert net.predict(list(FACTS)) == [tuple(phonemes.split()) for phonemes in FACTS.values()]


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz'é", min_size=1, max_size=24)


@settings(max_examples=15)
@given(words=st.lists(LETTERS, min_size=1, max_size=150))
def test_company_changes_nothing(net: Network, words: list[str]) -> None:
    together = net.predict(words)
    some = words[:: max(1, len(words) // 8)]
    assert [together[words.index(word)] for word in some] == [net.predict([w])[0] for w in some]
    assert all(symbol in SYMBOLS for phonemes in together for symbol in phonemes)


def test_close_calls_are_decoded_alone(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a margin that nothing clears, every word takes the second way: the same answers."""
    words = list(FACTS)
    batched = net.predict(words)
    monkeypatch.setattr(network, "MARGIN", np.inf)
    assert net.predict(words) == batched
