"""What pretraining publishes: the encoder's folder with its model card, and the loss curves."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pngnw.align import ALIGNER, WORDPIECES
from pngnw.core.atomic import copy, marked_unfinished, write_text
from pngnw.model import io
from pngnw.params import Params, flatten
from pngnw.phonemize import DATA_VERSIONS
from pngnw.pretrain.checkpoint import Entry, State
from pngnw.pretrain.loop import divergence
from pngnw.pretrain.loss import OF_WORDS

# Of losses that are no cross entropy. Emoji are told by `pretrain.emoji_loss`, of several units.
_UNITS = {"emoji": "loss", **dict.fromkeys(OF_WORDS, "squared error")}
_COLUMNS = 4  # of panels in the picture


def publish(
    folder: Path, state: State, align: Path, params: Params, figures: Mapping[str, Any]
) -> None:
    """Write the encoder's folder: weights and configuration (pngnw.model.io), wordpieces, phoneme
    aligner, the provenance of pronunciations (`lexicon.json`, and `lexicon.txt` if the user has
    one) and a model card.

    Args:
        folder: the encoder's.
        state: a finished run.
        align: the folder with the wordpieces and the aligner.
        params: all of them.
        figures: held out, for the model card.

    Raises:
        UserError: a weight is not finite; what no loss reads can be so while all losses are.
    """
    for parameter in state.parameters:
        if not parameter.isfinite().all():
            raise divergence(state, params)
    lexicon = params.phonemize.lexicon
    needs = {
        "packages": DATA_VERSIONS,
        "lexicon": None if lexicon is None else io.LEXICON,
        "piece_of_phoneme": params.align.piece_of_phoneme,
    }
    with marked_unfinished(folder):
        io.save(folder, state.encoder, state.heads)
        copy(align / WORDPIECES, folder / WORDPIECES)
        if (align / ALIGNER).exists():
            copy(align / ALIGNER, folder / ALIGNER)
        if lexicon is not None:
            copy(Path(lexicon), folder / io.LEXICON)
        write_text(folder / io.LEXICON_NEEDS, json.dumps(needs, indent=1) + "\n")
        write_text(folder / io.CARD, model_card(state, params, figures))


def model_card(state: State, params: Params, figures: Mapping[str, Any]) -> str:
    """The model card in Markdown, with the metadata block that model hubs read."""
    model, pretrain = params.model, params.pretrain
    weights = sum(p.numel() for p in state.encoder.parameters())
    sources = ", ".join(source.name for source in params.fetch.sources)
    meaning = "none"
    if pretrain.meaning_weight > 0:
        meaning = f"all-MiniLM-L6-v2, states of words, weight {pretrain.meaning_weight:g}"
    pronunciations = ", ".join(f"{name} {version}" for name, version in DATA_VERSIONS.items())
    lines = [
        "---",
        "library_name: pngnw",
        "license: mit",
        "language: en",
        "tags: [text-to-speech, phonemes, bert]",
        "---",
        "",
        "# PnGNW BERT encoder",
        "",
        "Phoneme-side states, emoji distribution and sentence state of English text, for a "
        "text-to-speech decoder.",
        "",
        "```python",
        "from pngnw import Encoder",
        'encoder = Encoder.from_pretrained("models/encoder")',
        'out = encoder(["Mr. Darcy was read to by the red-haired reader."])',
        "```",
        "",
        f"- Model: {model.layers} layers of width {model.width}, {model.heads} heads, positions "
        f"{model.pos_emb}, graphemes: {model.grapheme_unit}s; {weights:,} weights.",
        f"- Training: {state.step} steps of at most {pretrain.batch_tokens} tokens, "
        f"{pretrain.precision}, seed {params.base.seed}.",
        f"- Text: {sources}. The licences are those of the sources: see docs/data.md.",
        f"- Emoji teacher: {params.teach.backend}"
        + (", not DeepMoji itself." if params.teach.backend == "prototype" else "."),
        f"- Meaning teacher: {meaning}.",
        f"- Sentences: {pretrain.unmarked:.0%} without punctuation and capitals, "
        f"{pretrain.phonemes_only:.0%} as phonemes only; {pretrain.word_lists:.0%} of the tokens "
        "are lists of words of the lexicon.",
        f"- Pronunciations: {pronunciations}"
        + ("." if params.phonemize.lexicon is None else f", and {io.LEXICON} in this folder."),
        "",
        "## Held-out figures",
        "",
        "Words hidden: 15% of them, one task at a time; the emoji are those of untouched text.",
        "",
        "| measure | value |",
        "|---|---|",
        *(f"| {name} | {value:.6g} |" for name, value in flatten(figures).items()),
        "",
    ]
    return "\n".join(lines)


@contextmanager
def live_curves(folder: Path, history: Sequence[Entry]) -> Iterator[Callable[[Entry], None]]:
    """A DVCLive folder for `dvc plots`, emptied first; the history is replayed, then entries are
    logged: each loss as `<split>/<name>` at its step.
    """
    from dvclive.live import Live  # takes a second to import

    live: Any = Live(
        str(folder), dvcyaml=None, save_dvc_exp=False, report=None, monitor_system=False
    )

    def log(entry: Entry) -> None:
        live.step = entry["step"]
        for name, value in entry["losses"].items():
            live.log_metric(f"{entry['split']}/{name}", value)
        live.make_summary()

    try:
        for entry in history:
            log(entry)
        yield log
    finally:
        live.end()


def draw_curves(history: Sequence[Entry], path: Path) -> None:
    """A PNG with one panel for each loss: training as a line, validation as points."""
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for entry in history for name in entry["losses"]))
    rows = -(-len(names) // _COLUMNS)
    figure = Figure(figsize=(3.4 * _COLUMNS, 2.6 * rows), layout="constrained")
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(rows, _COLUMNS, number)
        for split, style in (("train", "-"), ("valid", "o--")):
            points = [e for e in history if e["split"] == split and name in e["losses"]]
            steps = [entry["step"] for entry in points]
            losses = [entry["losses"][name] for entry in points]
            axes.plot(steps, losses, style, label=split, linewidth=1, markersize=4)
        axes.set_title(f"{name} ({_UNITS.get(name, 'nats')})", fontsize=9)
        axes.set_xlabel("step", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    figure.savefig(path, dpi=110, metadata={"Software": None})
