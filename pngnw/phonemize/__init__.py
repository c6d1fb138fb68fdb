"""Words to ARPAbet: lexicon, homographs by their neighbours, g2p_en's network for the rest."""
