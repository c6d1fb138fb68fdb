"""What goes into an exported encoder and what comes out of it: names, shapes, dtypes.

Every input is int64 and padded with 0. Which ones there are depends on the model: a switch that is
off in `config.json` has no input.

| input | shape | what |
|---|---|---|
| `token` | [B, L] | ids of `CLS phonemes SEP graphemes SEP` |
| `word_value`, `word_type`, `segment` | [B, L] | as in `pngnw.model.inputs.Inputs` |
| `rel_word`, `rel_token`, `abs_word`, `abs_token`, `subword` | [B, L] | positions, those in use |
| `length` | [B] | tokens of each sentence |
| `phoneme_length` | [B] | phonemes of each sentence; they follow CLS |
| `piece` | [B, K] | wordpieces of each sentence, for the emoji |
| `piece_length` | [B] | how many |

| output | shape | what |
|---|---|---|
| `hidden` | [B, P, H] float32 | a state per phoneme, zero beyond `phoneme_length` |
| `sentence` | [B, H] float32 | a state per sentence |
| `emoji` | [B, 64] float32 | probabilities in DeepMoji's published order |

Letters: B sentences, L the most tokens, P the most phonemes, K the most wordpieces, H width. P is
not given: it is the largest `phoneme_length`.
"""

from pngnw.params import ModelConfig

OUTPUTS = ("hidden", "sentence", "emoji")


def position_names(model: ModelConfig) -> tuple[str, ...]:
    """The kinds of position that have a table; rotation counts tokens by itself."""
    return tuple(model.positions) if model.pos_emb in ("learned", "sinusoidal") else ()


def input_names(model: ModelConfig) -> tuple[str, ...]:
    """The inputs of a model, in their order."""
    switched = {
        "word_value": model.word_values,
        "word_type": model.word_types,
        "segment": model.segments,
    }
    emoji = ("piece", "piece_length") if model.emoji_words else ()
    return (
        "token",
        *(name for name, on in switched.items() if on),
        *position_names(model),
        "length",
        "phoneme_length",
        *emoji,
    )


def axes(name: str) -> tuple[str, ...]:
    """The names of an input's axes, all of which may have any size from 1 on."""
    if name in ("length", "phoneme_length", "piece_length"):
        return ("batch",)
    return ("batch", "pieces" if name == "piece" else "tokens")
