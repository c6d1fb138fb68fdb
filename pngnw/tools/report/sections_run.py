"""The sections about the run: headline, what was run, corpus, losses, emoji and experiments.

Each reads what the stages wrote into the repository at `root`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pngnw.params import validate
from pngnw.teach.emoji import EMOJI
from pngnw.tools.report import files, media, repository, words
from pngnw.tools.report.files import record
from pngnw.tools.report.page import Block, Heading, Note, Points, Table
from pngnw.tools.report.sections_voice import criteria, missing

EMOJI_SHOWN = 16


def headline(root: Path) -> str:
    """What came out, in a sentence."""
    pretrain = record(files.Pretrain, root / "metrics/pretrain.json")
    g2p = pretrain.test.g2p.get("phoneme") if pretrain else None
    if g2p is None:
        return "No encoder has been trained yet: dvc repro does it all."
    told = (
        f"Shown how a word is spelled, the encoder tells {words.percent(1 - g2p.errors, 0)} of its "
        "phonemes on text it never saw"
    )
    if g2p.lookup_error_rate is None:
        return f"{told}."
    looked_up = words.percent(1 - g2p.lookup_error_rate, 0)
    return f"{told}; looking the word up in the training text tells {looked_up}."


def changed(root: Path) -> Iterator[Block]:
    """Nothing where the figures were made with what params.yaml says now."""
    parameters = repository.parameters(root, repository.lock(root))
    changed = [p for p in parameters if p.ran is not None and p.ran != p.now]
    if changed:
        yield Table(
            "The figures below were not made with what params.yaml says now (dvc repro makes them "
            "anew)",
            ("parameter", "made with", "params.yaml says"),
            [(p.key, p.ran or "", "absent" if p.now is None else p.now) for p in changed],
            words=frozenset({"made with", "params.yaml says"}),
        )


def run(root: Path) -> Iterator[Block]:
    lock = repository.lock(root)
    rows = []
    if revision := repository.revision(root):
        dirty = f", and {revision.changed_files} files that differ from it"
        rows.append(("revision", f"{revision.commit[:10]} of {revision.date}: {revision.subject}"
                     + (dirty if revision.changed_files else "")))  # fmt: skip
    else:
        rows.append(("revision", "unknown: this is no git repository, or it has no commit"))
    rows += [
        ("source text", f"{words.count(o.files)} files, {words.size(o.size)}, MD5 {o.digest}")
        for o in (lock.outputs if lock else ())
        if o.stage == "fetch"
    ]
    pretrain = record(files.Cost, root / "metrics/cost/pretrain.json")
    if pretrain and pretrain.device:
        threads = f", {pretrain.threads} threads" if pretrain.threads else ""
        rows.append(("pretrained on", f"{pretrain.device}{threads}"))
    rows.append(("page written on", repository.machine()))
    yield Table("The run in short", ("what", "value"), rows, words=frozenset({"value"}))
    if not lock:
        yield missing("Everything", "")
    yield Table(
        "All parameters",
        ("parameter", "value"),
        [
            (p.key, (p.ran if p.ran is not None else p.now) or "")
            for p in repository.parameters(root, lock)
        ],
        words=frozenset({"value"}),
        folded=True,
    )
    if lock:
        yield Table(
            "What the stages wrote, by digest",
            ("stage", "path", "MD5", "files", "size"),
            [
                (o.stage, o.path, o.digest, words.count(o.files), words.size(o.size))
                for o in lock.outputs
            ],
            words=frozenset({"path", "MD5"}),
            folded=True,
        )


def corpus(root: Path) -> Iterator[Block]:
    clean = record(files.Clean, root / "metrics/clean.json")
    phonemize = record(files.Phonemize, root / "metrics/phonemize.json")
    if clean is None:
        yield missing("Corpus statistics", "clean")
    else:
        yield Points(
            [
                f"{words.count(clean.documents)} documents in {words.count(clean.files)} files "
                f"({words.size(clean.bytes_in)}) became {words.count(clean.sentences_out)} "
                f"sentences of {words.count(clean.words)} words.",
                f"{words.count(clean.lines_in)} lines came in; every one of them is a sentence "
                "now, or was dropped for one of the reasons below.",
                *_spoken(root, phonemize),
            ]
        )
        yield Table(
            "Which part a document is in is drawn by its name, so no sentence of one leaks into "
            "another part",
            ("part", "sentences", "words"),
            [(n, words.count(s.sentences), words.count(s.words)) for n, s in clean.splits.items()],
        )
        yield Table(
            "Lines that became no sentence",
            ("reason", "lines"),
            [
                (words.plain(reason), words.count(lines))
                for reason, lines in sorted(clean.dropped.items(), key=lambda pair: -pair[1])
                if lines
            ],
        )
    if phonemize is None:
        yield missing("Phonemes", "phonemize")
    else:
        total = max(1, sum(phonemize.origin_words.values()))
        yield Table(
            "Where the phonemes of the running words come from",
            ("origin", "words", "share"),
            [
                (words.plain(name), words.count(n), words.percent(n / total, 2))
                for name, n in phonemize.origin_words.items()
            ],
        )


def _spoken(root: Path, phonemize: files.Phonemize | None) -> Iterator[str]:
    if phonemize:
        yield (
            f"They use {words.count(phonemize.distinct_words)} different words, "
            f"{words.count(phonemize.distinct_unknown_words)} of them not in the lexicon."
        )
    if align := record(files.Align, root / "metrics/align.json"):
        yield (
            f"The encoder reads them as {words.count(align.graphemes)} letters and "
            f"{words.count(align.phonemes)} phonemes."
        )
    if speech := record(files.Speech, root / "metrics/speech.json"):
        parts = ", ".join(f"{words.count(n)} {words.plain(p)}" for p, n in speech.parts.items())
        yield (
            f"{words.count(speech.utterances)} utterances are spoken, "
            f"{words.duration(speech.seconds)} in all: {parts}."
        )


def losses(root: Path) -> Iterator[Block]:
    curves = media.picture(
        root / "plots/pretrain/curves.png",
        "Losses of pretraining, as training goes on",
        "Lines: the text that is trained on; points: documents that are kept apart. Lower is "
        "better; the scales differ, and do not begin at 0.",
    )
    yield from curves or [missing("Loss curves", "pretrain")]


def emoji(root: Path) -> Iterator[Block]:
    teach = record(files.Teach, root / "metrics/teach.json")
    examples = record(files.Examples, root / "plots/teach/examples.json")
    if teach is None:
        yield missing("Emoji", "teach")
    elif examples is None:
        yield Note("Examples: not there. dvc pull plots/teach, or dvc repro teach", missing=True)
    else:
        leading = sorted(examples.emoji, key=lambda key: -teach.leads.get(key, 0))
        yield Table(
            f"The {EMOJI_SHOWN} of 64 emoji that most often come first in "
            f"{words.count(teach.rows_out)} sentences, and the sentences that they fit best, as "
            f"the teacher ({examples.teacher}) sees it, with the share that it gives them",
            ("emoji", "comes first", "sentences"),
            [
                (
                    _pictured(key),
                    words.percent(teach.leads.get(key)),
                    "\n".join(f"{e.share:.2f}  {e.text}" for e in examples.emoji[key]),
                )
                for key in leading[:EMOJI_SHOWN]
            ],
            words=frozenset({"sentences"}),
        )
    pretrain = record(files.Pretrain, root / "metrics/pretrain.json")
    if pretrain and pretrain.test.emoji:
        yield _told(pretrain.test.emoji)


def _pictured(key: str) -> str:
    """`03 loudly crying face` with its picture before its name."""
    number, _, name = key.partition(" ")
    known = number.isdecimal() and int(number) < len(EMOJI)
    return f"{EMOJI[int(number)]} {name}" if known else key


def _told(score: files.EmojiScore) -> Table:
    return Table(
        f"What the encoder tells of the teacher, {words.count(score.sentences)} sentences",
        ("measure", "encoder", "always the teacher's mean"),
        [
            (
                "distance to the teacher (KL, nats; lower is better)",
                f"{score.kl:.3f}",
                f"{score.mean_kl:.3f}",
            ),
            (
                "of the teacher's five likeliest, found",
                words.percent(score.top5_overlap),
                words.percent(score.mean_top5_overlap),
            ),
        ],
    )


def experiments(root: Path) -> Iterator[Block]:
    listed = repository.experiments(root)
    if isinstance(listed, str):
        yield Note(listed, missing=True)
    else:
        yield Table(
            "DVC experiments of this commit; the parameters that were changed come first",
            ("experiment", *listed.changed, *listed.figures),
            [(name, *params, *figures) for name, params, figures in listed.rows],
            marked=frozenset(listed.changed),
        )
    for path in sorted((root / "ablations").glob("*.json")):
        raw: Any = files.parsed(path)
        if isinstance(raw, dict) and "summary" in raw:  # metrics/evaluate.json of another run
            kept = validate(files.Evaluate, raw, str(path))
            yield Heading(f"Alignment, kept in ablations/{path.name}")
            yield Points([*map(words.arms_in, kept.summary)])
            for name, attention in kept.attentions.items():
                yield Heading(words.attention(name))
                yield criteria(attention)
        else:
            yield from _sweep(validate(files.Sweep, raw, str(path)), root)


def _sweep(sweep: files.Sweep, root: Path) -> Iterator[Block]:
    grid = repository.grid_changes(root / sweep.grid)
    figures = [*dict.fromkeys(figure for cells in sweep.runs.values() for figure in cells)]
    seeds = ", ".join(map(str, sweep.seeds))
    yield Heading(f"Sweep {sweep.grid}")
    yield Table(
        f"Mean and range over seeds {seeds}, made at {sweep.revision[:10]}; the difference to "
        f"{sweep.baseline}, paired by seed, with its 95% interval; “better” and “worse” where that "
        "leaves out 0",
        ("run", "changed parameters", *figures),
        [
            (run, grid.get(run) or "–", *(_shown(cells.get(figure)) for figure in figures))
            for run, cells in sweep.runs.items()
        ],
        words=frozenset({"changed parameters"}),
        marked=frozenset({"changed parameters"}),
    )


def _shown(cell: files.SweepCell | None) -> str:
    if cell is None:
        return "–"
    lines = [f"{cell.mean:.3f}", f"{cell.low:.3f}–{cell.high:.3f}"]
    if cell.interval:
        low, high = cell.interval
        lines.append(f"{cell.difference:+.3f} [{low:+.3f}, {high:+.3f}]")
    return "\n".join([*lines, cell.verdict])
