"""The score of many utterances' attention, and of the nulls on the same utterances.

Guarantees: every arm is measured on the same units, phonemes or words; nulls go through the same
functions as attention does. At word level a null is the null over phonemes added up by word, so
that it knows how long words are. Where gold times are unknown the score is the gold-free one.

Letters: S decoder steps, P tokens.
"""

from collections.abc import Sequence

from pngnw.evaluate import goldfree, measure, sides
from pngnw.evaluate.criteria import AnyScore
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.measure import Floats
from pngnw.evaluate.sides import Side
from pngnw.params import Evaluate

NULLS = {"uniform": measure.uniform, "diagonal": measure.diagonal}


def score(
    attentions: Sequence[Floats], speech: SpeechSet, side: Side, settings: Evaluate
) -> AnyScore:
    """Score of the first utterances of a speech set.

    Args:
        attentions: [S, P] of utterance 0, 1, …; rows sum to 1.
        speech: their text, and gold times if there are any.
        side: what P counts.
        settings: decides the level (phoneme or word) and the reduction.
    """
    units = list(zip(attentions, speech.golds, strict=False))
    if settings.level == "word":
        units = [
            (sides.by_word(attention, speech, index, side), sides.word_gold(speech, index))
            for index, attention in enumerate(attentions)
        ]
    if not speech.timed:
        return goldfree.pool([goldfree.tally(attention, gold.spoken) for attention, gold in units])
    return measure.pool(
        measure.tally(attention, gold, settings.reduction) for attention, gold in units
    )


def nulls(speech: SpeechSet, count: int, settings: Evaluate) -> dict[str, AnyScore]:
    """What uniform and straight-diagonal attention score on the first `count` utterances."""
    shapes = [
        (-(-len(mel) // settings.reduction), len(gold.start))
        for mel, gold in list(zip(speech.mels, speech.golds, strict=True))[:count]
    ]
    return {
        name: score([null(*shape) for shape in shapes], speech, "phonemes", settings)
        for name, null in NULLS.items()
    }
