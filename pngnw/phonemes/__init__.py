"""Words to ARPAbet: lexicon, homographs by part of speech, g2p_en's network for the rest."""
