"""What tables of the training text answer where the encoder is asked: its held-out controls.

| name | asked | answer |
|---|---|---|
| `lookup` | the other side of a word | the commonest one of its spelling (or pronunciation) |
| `neighbors` | a hidden word | the commonest one between its two neighbors |
| `same_shape` | a hidden word | the commonest one of as many phonemes and as many graphemes |
| `neighbors_same_shape` | a hidden word | as `neighbors`, among the words of its shape |

`neighbors` backs off from both neighbors to one, the left or the right, whichever makes its answer
likelier, and then to no neighbor. The controls are told what the encoder is told: a
neighbor that is hidden itself is none, and the number of masks tells the shape.

Guarantees: a function of the training split; of equally common answers the one that came first in
the text is given.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import as_bytes
from pngnw.model import marks
from pngnw.model.sentences import Sentences
from pngnw.pretrain.data import Split

Keys = tuple[str, ...]
SHAPE: Keys = ("phonemes", "graphemes")
NEIGHBORS: tuple[tuple[Keys, ...], ...] = ((("left", "right"),), (("left",), ("right",)), ((),))
# From the richest keys to the poorest; of those beside each other the likelier answer counts.
HIDDEN_WORDS: dict[str, tuple[tuple[Keys, ...], ...]] = {
    "neighbors": NEIGHBORS,
    "same_shape": ((SHAPE,),),
    "neighbors_same_shape": tuple(tuple((*k, *SHAPE) for k in level) for level in NEIGHBORS),
}


def word_table(sentences: Sentences, grapheme_unit: str) -> pl.DataFrame:
    """All words in order. Sequences are uint32 numbers as bytes, see `numbers`.

    Columns:
        value: the wordpieces. spelling, pronunciation: the tokens of the two sides.
        left, right: the values of the neighbors, empty at the ends of a sentence.
        phonemes, graphemes: how many tokens the two sides have.
        spoken: it is no punctuation mark.
    """
    pieces = sentences.pieces.astype(np.uint32)
    value = pl.Series(as_bytes(pieces, sentences.pieces_per_word))
    if grapheme_unit == "letter":
        graphemes, per_word = sentences.graphemes, sentences.graphemes_per_word
    else:
        graphemes, per_word = pieces + len(TOKENS), sentences.pieces_per_word
    starts = np.zeros(len(value) + 1, dtype=np.bool_)
    starts[sentences.word_start] = True
    frame = pl.DataFrame(
        {
            "value": value,
            "spelling": pl.Series(as_bytes(graphemes, per_word)),
            "pronunciation": pl.Series(as_bytes(sentences.phonemes, sentences.phonemes_per_word)),
            "phonemes": sentences.phonemes_per_word,
            "graphemes": per_word,
            "spoken": ~marks.find(sentences)[0],
            "first": starts[:-1],
            "last": starts[1:],
        }
    )
    none = pl.lit(b"")
    return frame.with_columns(
        left=pl.when("first").then(none).otherwise(pl.col("value").shift(1)),
        right=pl.when("last").then(none).otherwise(pl.col("value").shift(-1)),
    ).drop("first", "last")


def visible(words: pl.DataFrame, hidden: NDArray[np.bool_]) -> pl.DataFrame:
    """A `word_table` in which neighbors that are `hidden` [W] are null: equal to no word."""
    return words.with_columns(
        **{
            side: pl.when(pl.Series(hidden).shift(step, fill_value=False) & (pl.col(side) != b""))
            .then(None)
            .otherwise(side)
            for side, step in (("left", 1), ("right", -1))
        }
    )


def numbers(sequence: bytes | None) -> NDArray[np.uint32]:
    """The numbers of a sequence; none of None."""
    return np.frombuffer(sequence or b"", dtype=np.uint32)


@dataclass(frozen=True)
class Controls:
    """The training split's words, as in `word_table`, and the teacher's mean emoji [64]."""

    words: pl.DataFrame
    emoji: NDArray[np.float64]

    @classmethod
    def of(cls, train: Split, grapheme_unit: str) -> "Controls":
        return cls(
            words=word_table(train.sentences, grapheme_unit),
            emoji=train.emoji.astype(np.float64).mean(0),
        )

    def answers(
        self, asked: pl.DataFrame, shown: str | None, column: str
    ) -> tuple[dict[str, pl.Series], NDArray[np.bool_]]:
        """What the controls answer, null where they know nothing, and which words were `seen`.

        Args:
            asked: [H] words, as in `word_table`, their neighbors as in `visible`.
            shown: the column that is visible, None if the word is hidden as a whole.
            column: the one that is asked for. Sides of a word that is hidden as a whole are
                answered by the strongest control alone.

        Returns:
            Answers by control, and [H] whether the training split has what is shown, or, if
            nothing is, the answer.
        """
        known = self._commonest(asked, (shown or column,), column)["answer"]
        seen = known.is_not_null().to_numpy()
        if shown:
            return {"lookup": known}, seen
        controls = [*HIDDEN_WORDS] if column == "value" else ["neighbors_same_shape"]
        return {name: self._hidden_words(asked, column, name) for name in controls}, seen

    def _hidden_words(self, asked: pl.DataFrame, answer: str, control: str) -> pl.Series:
        """What one of `HIDDEN_WORDS` answers; null where no training word has this shape."""
        candidates = pl.concat(
            self._commonest(asked, keys, answer)
            .with_columns(level=pl.lit(number))
            .with_row_index("asked")
            for number, level in enumerate(HIDDEN_WORDS[control])
            for keys in level
        )
        best = (
            candidates.drop_nulls("answer")
            .sort("level", "likely", descending=[False, True], maintain_order=True)
            .unique("asked", keep="first", maintain_order=True)
        )
        rows = pl.select(asked=pl.int_range(len(asked), dtype=pl.UInt32))
        return rows.join(best, on="asked", how="left", maintain_order="left")["answer"]

    def _commonest(self, asked: pl.DataFrame, keys: Keys, answer: str) -> pl.DataFrame:
        """For every asked word the commonest answer with the same keys, and how likely it is:
        its share of the words with these keys, one more of another kind added to them, so that
        one word alone proves little. Both null where there is none.
        """
        on = ["any", *keys]  # without keys all words are alike
        wanted = asked.with_columns(any=pl.lit(0)).select(on)
        known = (
            self.words.with_columns(any=pl.lit(0))
            .select(*on, answer=answer)
            .with_row_index("row")
            .join(wanted.unique(), on=on, how="semi")
            .group_by(*on, "answer")
            .agg(pl.len().alias("count"), pl.col("row").min())
            .sort("count", "row", descending=[True, False])
            .group_by(on)  # keeps the order within a group
            .agg(
                pl.col("answer").first(),
                likely=pl.col("count").first() / (pl.col("count").sum() + 1),
            )
        )
        return wanted.join(known, on=on, how="left", maintain_order="left").select(
            "answer", "likely"
        )
