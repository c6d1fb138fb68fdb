"""What was run: the headline, and the sections about the run and its corpus."""

from collections.abc import Iterator

from pngnw.tools.report import charts, words
from pngnw.tools.report.aligned import Attention
from pngnw.tools.report.blocks import Block, Chart, Note, Points, Section, Table
from pngnw.tools.report.gather import Gathered


def missing(what: str, stage: str) -> Note:
    return Note(f"{what}: not run yet. Run it with: dvc repro {stage}", missing=True)


def headline(found: Gathered) -> str:
    """What came out, in a sentence."""
    answers = found.pretrain.test.g2p.get("phoneme") if found.pretrain else None
    if answers:
        return (
            f"Shown how a word is spelled, the encoder tells {words.percent(answers.accuracy, 0)} "
            "of its phonemes on text it never saw."
        )
    return "No encoder has been trained yet: dvc repro does it all."


def lead(found: Gathered) -> str:
    """What the headline is to be held against, and what came of it in speech."""
    said = []
    answers = found.pretrain.test.g2p.get("phoneme") if found.pretrain else None
    if answers:
        said.append(
            "The commonest phoneme, always given, would be right on "
            f"{words.percent(answers.majority_accuracy, 0)}."
        )
    for name, attention in (found.alignment.attentions if found.alignment else {}).items():
        criterion, met = _seeds_that_met(attention)
        parts = [f"on {n} of {len(attention.seeds)} with “{words.arm(a)}”" for a, n in met.items()]
        said.append(
            f"Within {words.count(attention.samples_per_run)} utterances the {name.upper()} "
            f"attention of a Tacotron 2 met the {criterion} criterion of alignment, by text "
            f"encoder and seeds: {', '.join(parts)}."
        )
    return " ".join(said)


def _seeds_that_met(attention: Attention) -> tuple[str, dict[str, int]]:
    """The finest criterion, which comes last, and how many seeds of each arm met it."""
    names = [name for arm in attention.arms.values() for name in arm.samples_to]
    finest = names[-1] if names else "missing"
    return finest, {
        arm: sum(
            not isinstance(value, str)
            for key, value in of_arm.samples_to.get(finest, {}).items()
            if key != "median"
        )
        for arm, of_arm in attention.arms.items()
    }


def run(found: Gathered) -> Section:
    return Section("run", "What was run", [*_run(found)])


def _run(found: Gathered) -> Iterator[Block]:
    rows = []
    if revision := found.revision:
        dirty = f", and {revision.changed_files} files that differ from it"
        rows.append(("revision", f"{revision.commit[:10]} of {revision.date}: {revision.subject}"
                     + (dirty if revision.changed_files else "")))  # fmt: skip
    else:
        rows.append(("revision", "unknown: this is no git repository, or it has no commit"))
    raw = [out for out in found.lock.outputs if out.stage == "fetch"] if found.lock else []
    rows += [
        (
            "source text",
            f"{words.count(out.files)} files, {words.size(out.size)}, MD5 {out.digest}",
        )
        for out in raw
    ]
    pretrain = found.costs.stages.get("pretrain")
    if pretrain and pretrain.device:
        threads = f", {pretrain.threads} threads" if pretrain.threads else ""
        rows.append(("pretrained on", f"{pretrain.device}{threads}"))
    rows += [(f"this machine: {name}", value) for name, value in found.machine.items()]
    yield Table("The run in short", ("what", "value"), rows, words=frozenset({"value"}))
    yield Note(
        "“This machine” is where the page was written; the figures were made where the stages ran."
    )
    if not found.lock:
        yield missing("Everything", "")
    changed = [p for p in found.parameters if p.ran is not None and p.ran != p.now]
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
        [(p.key, (p.ran if p.ran is not None else p.now) or "") for p in found.parameters],
        words=frozenset({"value"}),
        folded=True,
    )
    if found.lock:
        yield Table(
            "What the stages wrote, by digest",
            ("stage", "path", "MD5", "files", "size"),
            [
                (o.stage, o.path, o.digest, words.count(o.files), words.size(o.size))
                for o in found.lock.outputs
            ],
            words=frozenset({"path", "MD5"}),
            folded=True,
        )


def corpus(found: Gathered) -> Section:
    return Section("corpus", "The corpus", [*_corpus(found)])


def _corpus(found: Gathered) -> Iterator[Block]:
    clean = found.clean
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
                *_spoken(found),
            ]
        )
        yield Table(
            "Which part a document is in is drawn by its name, so no sentence of one leaks into "
            "another part",
            ("part", "sentences", "words"),
            [(n, words.count(s.sentences), words.count(s.words)) for n, s in clean.splits.items()],
        )
        yield Chart("Lines that became no sentence", charts.dropped(clean))
    if found.phonemize is None:
        yield missing("Phonemes", "phonemize")
    else:
        total = max(1, sum(found.phonemize.origin_words.values()))
        yield Table(
            "Where the phonemes of the running words come from",
            ("origin", "words", "share"),
            [
                (words.plain(name), words.count(n), words.percent(n / total, 2))
                for name, n in found.phonemize.origin_words.items()
            ],
        )


def _spoken(found: Gathered) -> Iterator[str]:
    if found.phonemize:
        yield (
            f"They use {words.count(found.phonemize.distinct_words)} different words, "
            f"{words.count(found.phonemize.distinct_unknown_words)} of them not in the lexicon."
        )
    if found.align:
        yield (
            f"The encoder reads them as {words.count(found.align.graphemes)} letters and "
            f"{words.count(found.align.phonemes)} phonemes."
        )
    if found.speech:
        yield (
            f"{words.count(found.speech.utterances)} utterances are spoken, "
            f"{words.duration(found.speech.seconds)} in all: "
            + ", ".join(f"{words.count(n)} {words.plain(p)}" for p, n in found.speech.parts.items())
            + "."
        )
