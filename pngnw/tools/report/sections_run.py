"""The sections about the run: headline, what was run, corpus, cost and experiments."""

from collections.abc import Iterator

from pngnw.tools.report import charts, words
from pngnw.tools.report.files import Evaluate, Sweep, SweepCell
from pngnw.tools.report.gather import Results
from pngnw.tools.report.page import Block, Chart, Charts, Heading, Note, Points, Table
from pngnw.tools.report.sections_encoder import criteria, missing, summary


def headline(results: Results) -> str:
    """What came out, in a sentence."""
    g2p = results.pretrain.test.g2p.get("phoneme") if results.pretrain else None
    if g2p:
        return (
            f"Shown how a word is spelled, the encoder tells "
            f"{words.percent(1 - g2p.errors, 0)} of its phonemes on text it never saw."
        )
    return "No encoder has been trained yet: dvc repro does it all."


def lead(results: Results) -> str:
    sentences = []
    g2p = results.pretrain.test.g2p.get("phoneme") if results.pretrain else None
    if g2p:
        sentences += [
            f"Looking the word up in the training text tells {words.percent(1 - share, 0)}."
            for name, share in g2p.controls.items()
            if name == "lookup"
        ]
    for name, attention in (results.evaluate.attentions if results.evaluate else {}).items():
        # The finest criterion comes last.
        names = [criterion for arm in attention.arms.values() for criterion in arm.samples_to]
        seeds = ", ".join(
            f"on {arm.seeds_that_met.get(names[-1], 0)} of {len(attention.seeds)} with "
            f"“{words.arm(arm_name)}”"
            for arm_name, arm in attention.arms.items()
        )
        sentences.append(
            f"Within {words.count(attention.samples_per_run)} utterances the {name.upper()} "
            f"attention of a Tacotron 2 met the {names[-1]} criterion of alignment, by text "
            f"encoder and seeds: {seeds}."
        )
    return " ".join(sentences)


def run(results: Results) -> Iterator[Block]:
    rows = []
    if revision := results.revision:
        dirty = f", and {revision.changed_files} files that differ from it"
        rows.append(("revision", f"{revision.commit[:10]} of {revision.date}: {revision.subject}"
                     + (dirty if revision.changed_files else "")))  # fmt: skip
    else:
        rows.append(("revision", "unknown: this is no git repository, or it has no commit"))
    raw = [o for o in results.lock.outputs if o.stage == "fetch"] if results.lock else []
    rows += [
        ("source text", f"{words.count(o.files)} files, {words.size(o.size)}, MD5 {o.digest}")
        for o in raw
    ]
    pretrain = results.costs.get("pretrain")
    if pretrain and pretrain.device:
        threads = f", {pretrain.threads} threads" if pretrain.threads else ""
        rows.append(("pretrained on", f"{pretrain.device}{threads}"))
    rows += [(f"this machine: {name}", value) for name, value in results.machine.items()]
    yield Table("The run in short", ("what", "value"), rows, words=frozenset({"value"}))
    yield Note(
        "“This machine” is where the page was written; the figures were made where the stages ran."
    )
    if not results.lock:
        yield missing("Everything", "")
    changed = [p for p in results.parameters if p.ran is not None and p.ran != p.now]
    if changed:
        yield Table(
            "Changed since: the figures below were not made with what params.yaml says now "
            "(dvc repro makes them anew)",
            ("parameter", "made with", "params.yaml says"),
            [(p.key, p.ran or "", "absent" if p.now is None else p.now) for p in changed],
            words=frozenset({"made with", "params.yaml says"}),
        )
    yield Table(
        "All parameters",
        ("parameter", "value"),
        [(p.key, (p.ran if p.ran is not None else p.now) or "") for p in results.parameters],
        words=frozenset({"value"}),
        folded=True,
    )
    if results.lock:
        yield Table(
            "What the stages wrote, by digest",
            ("stage", "path", "MD5", "files", "size"),
            [
                (o.stage, o.path, o.digest, words.count(o.files), words.size(o.size))
                for o in results.lock.outputs
            ],
            words=frozenset({"path", "MD5"}),
            folded=True,
        )


def corpus(results: Results) -> Iterator[Block]:
    clean = results.clean
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
                *_lines(results),
            ]
        )
        yield Table(
            "Which part a document is in is drawn by its name, so no sentence of one leaks into "
            "another part",
            ("part", "sentences", "words"),
            [(n, words.count(s.sentences), words.count(s.words)) for n, s in clean.splits.items()],
        )
        yield Chart("Lines that became no sentence", charts.dropped(clean))
    if results.phonemize is None:
        yield missing("Phonemes", "phonemize")
    else:
        total = max(1, sum(results.phonemize.origin_words.values()))
        yield Table(
            "Where the phonemes of the running words come from",
            ("origin", "words", "share"),
            [
                (words.plain(name), words.count(n), words.percent(n / total, 2))
                for name, n in results.phonemize.origin_words.items()
            ],
        )


def _lines(results: Results) -> Iterator[str]:
    if results.phonemize:
        yield (
            f"They use {words.count(results.phonemize.distinct_words)} different words, "
            f"{words.count(results.phonemize.distinct_unknown_words)} of them not in the lexicon."
        )
    if results.align:
        yield (
            f"The encoder reads them as {words.count(results.align.graphemes)} letters and "
            f"{words.count(results.align.phonemes)} phonemes."
        )
    if results.speech:
        yield (
            f"{words.count(results.speech.utterances)} utterances are spoken, "
            f"{words.duration(results.speech.seconds)} in all: "
            + ", ".join(
                f"{words.count(n)} {words.plain(p)}" for p, n in results.speech.parts.items()
            )
            + "."
        )


def cost(results: Results) -> Iterator[Block]:
    stages = results.costs
    if not stages:
        yield missing("Cost, which is measured where the stages run and is not in git,", "")
    else:
        yield Table(
            f"Last run of every stage; {words.duration(sum(c.seconds for c in stages.values()))} "
            "in all. Stages take from their caches what has not changed, so a first run may take "
            "longer",
            ("stage", "time", "peak memory, MiB", "tokens per second"),
            [
                (
                    stage,
                    words.duration(c.seconds),
                    words.count(c.peak_memory_mib),
                    "–" if c.tokens_per_second is None else words.count(c.tokens_per_second),
                )
                for stage, c in stages.items()
            ],
        )
    evaluate = results.evaluate_cost
    for name, arms in (evaluate.arms if evaluate else {}).items():
        yield Table(
            f"What a text encoder costs a synthesizer with {words.attention(name)}; medians over "
            "runs, one thread each",
            ("text encoder", "training run", "utterances per second",
             "encoder, ms per utterance", "encoder, MFLOP per utterance", "peak memory, MiB"),
            [
                (
                    words.arm(arm),
                    words.duration(c.seconds_per_run),
                    f"{c.samples_per_second:.1f}",
                    f"{c.encoder_ms_per_sample:.2f}",
                    f"{c.encoder_mflop_per_sample:.1f}",
                    words.count(c.peak_memory_mib),
                )
                for arm, c in arms.items()
            ],
        )  # fmt: skip


def experiments(results: Results) -> Iterator[Block]:
    listed = results.experiments
    if isinstance(listed, str):
        yield Note(listed, missing=True)
    else:
        yield Table(
            "DVC experiments of this commit; the parameters that were changed come first",
            ("experiment", *listed.changed, *listed.figures),
            [(name, *params, *figures) for name, params, figures in listed.rows],
            marked=frozenset(listed.changed),
        )
    for name, sweep in results.sweeps.items():
        yield from _sweep(name, sweep, results)
    for name, report in results.evaluations.items():
        yield from _evaluation(name, report)


def _sweep(name: str, sweep: Sweep, results: Results) -> Iterator[Block]:
    grid = results.grids.get(name, {})
    figures = [*dict.fromkeys(figure for cells in sweep.runs.values() for figure in cells)]
    seeds = ", ".join(map(str, sweep.seeds))
    yield Heading(f"Sweep {sweep.grid}")
    yield Table(
        f"Mean and range over seeds {seeds}, made at {sweep.revision[:10]}; “better” and “worse” "
        f"where the 95% interval of the difference to {sweep.baseline}, paired by seed, leaves "
        "out 0",
        ("run", "changed parameters", *figures),
        [
            (run, grid.get(run) or "–", *(_shown(cells.get(figure)) for figure in figures))
            for run, cells in sweep.runs.items()
        ],
        words=frozenset({"changed parameters"}),
        marked=frozenset({"changed parameters"}),
    )
    shown = [(figure, charts.differences(sweep, figure)) for figure in figures]
    yield Charts(
        [Chart(figure, spec) for figure, spec in shown if spec],
        f"Difference to {sweep.baseline} with its 95% interval, paired by seed. Green triangles: "
        "better; orange ones: worse; gray circles: the seeds do not tell.",
    )


def _shown(cell: SweepCell | None) -> str:
    if cell is None:
        return "–"
    return "\n".join([f"{cell.mean:.3f}", f"{cell.low:.3f}–{cell.high:.3f}", cell.verdict])


def _evaluation(name: str, evaluate: Evaluate) -> Iterator[Block]:
    """Metrics of evaluate that were kept in ablations/."""
    yield Heading(f"Alignment, kept in ablations/{name}.json")
    yield summary(evaluate)
    for attention_name, attention in evaluate.attentions.items():
        yield Heading(words.attention(attention_name))
        yield from criteria(attention)
