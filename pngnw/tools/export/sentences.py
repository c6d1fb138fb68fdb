"""What an exported encoder is compared on: sentences of 1 to 38 words, with all that text has."""

SENTENCES = (
    "Mr. Darcy was read to by the red-haired reader.",
    "It cost 20 dollars, didn't it?",
    "Oh!",
    "I.",
    "She will lead the way; the lead pipe won't.",
    "NASA's X-15 flew at 4,520 mph on 3 October 1967.",
    "Zorblaxian quizzlebrants hummed…",
    "“Never,” said he, “shall I do so again!”",
    "What a lovely day — and how sad that it has to end so soon.",
    "When he had read the record of 1984 twice, he put it down, looked out of the window for a "
    "long while, and said to nobody in particular that he would rather have been left in the dark.",
    "Yes, no, yes, no.",
    "The quick brown fox jumps over the lazy dog.",
)
