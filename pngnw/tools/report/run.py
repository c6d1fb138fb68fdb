"""The sections about the run: headline, what was run, corpus and emoji.

Each reads what the stages wrote into the repository at `root`. Parameters are those that dvc.lock
says the figures were made with, and beside them what params.yaml says now.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pngnw.params import flatten, lookup, read_yaml
from pngnw.teach.emoji import EMOJI
from pngnw.tools.report.page import (
    Block,
    Note,
    Points,
    Table,
    count,
    duration,
    missing,
    percent,
    picture,
    read,
)

EMOJI_SHOWN: Final = 16


def headline(root: Path) -> str:
    """What came out, in a sentence."""
    g2p = lookup(read(root / "metrics/pretrain.json"), "test.g2p.phoneme")
    if g2p is None:
        return "No encoder has been trained yet: dvc repro does it all."
    told, looked_up = (percent(1 - g2p[key], 0) for key in ("error_rate", "lookup_error_rate"))
    return (
        f"Shown how a word is spelled, the encoder tells {told} of its phonemes on text it never "
        f"saw; looking the word up in the training text tells {looked_up}."
    )


def parameters(root: Path) -> dict[str, tuple[str | None, str | None]]:
    """Every key of params.yaml and of dvc.lock: its value in the last run and now, None for absent.

    Text is as it is, the rest JSON.
    """
    now = flatten(read_yaml(root / "params.yaml", "run this from the root of the repository"))
    then: dict[str, Any] = {}
    for stage in _lock(root).values():
        for values in stage.get("params", {}).values():
            then |= flatten(values)

    def shown(values: dict[str, Any], key: str) -> str | None:
        value = values.get(key)
        absent = key not in values
        return None if absent else value if isinstance(value, str) else json.dumps(value)

    return {key: (shown(then, key), shown(now, key)) for key in {**now, **then}}


def _lock(root: Path) -> dict[str, Any]:
    """The stages of dvc.lock."""
    path = root / "dvc.lock"
    stages: dict[str, Any] = read_yaml(path, "")["stages"] if path.is_file() else {}
    return stages


def changed(root: Path) -> Iterator[Block]:
    """Nothing where the figures were made with what params.yaml says now."""
    rows = [
        (key, ran, "absent" if now is None else now)
        for key, (ran, now) in parameters(root).items()
        if ran is not None and ran != now
    ]
    if rows:
        yield Table(
            "The figures below were not made with what params.yaml says now (dvc repro makes them "
            "anew)",
            ("parameter", "made with", "params.yaml says"),
            rows,
            words=True,
        )


def run(root: Path) -> Iterator[Block]:
    rows = [("revision", _git(root, "log", "-1", "--format=%h of %cs: %s") or "unknown")]
    if different := _git(root, "status", "--porcelain"):
        rows.append(("files that differ from it", count(len(different.splitlines()))))
    stages = _lock(root)
    rows += [
        ("source text", f"{out.get('nfiles', 1)} files, {out['size'] / 1e6:,.1f} MB, {out['md5']}")
        for out in stages.get("fetch", {}).get("outs", [])
    ]
    if cost := read(root / "metrics/cost/pretrain.json"):
        rows.append(("pretrained on", cost["device"]))
    yield Table("The run in short", ("what", "value"), rows, words=True)
    if not stages:
        yield missing("Everything", "")
    yield Table(
        "All parameters",
        ("parameter", "value"),
        [
            (key, (now if ran is None else ran) or "")
            for key, (ran, now) in parameters(root).items()
        ],
        words=True,
        folded=True,
    )
    yield from picture(
        root / "plots/pretrain/curves.png",
        "Losses of pretraining, as training goes on",
        "Lines: the text that is trained on; points: documents that are kept apart. Lower is "
        "better; the scales differ, and do not begin at 0.",
    )


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace"
        )
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()


def corpus(root: Path) -> Iterator[Block]:
    clean, phonemize, speech = (
        read(root / f"metrics/{stage}.json") for stage in ("clean", "phonemize", "speech")
    )
    if clean is None:
        yield missing("Corpus statistics", "clean")
    else:
        yield Points(
            [
                f"{count(clean['documents'])} documents in {count(clean['files'])} files became "
                f"{count(clean['sentences_out'])} sentences of {count(clean['words'])} words.",
                f"{count(clean['lines_in'])} lines came in; every one of them is a sentence now, "
                "or was dropped for one of the reasons below.",
            ]
        )
        yield Table(
            "Which part a document is in is drawn by its name, so no sentence of one leaks into "
            "another part",
            ("part", "sentences", "words"),
            [
                (name, count(part["sentences"]), count(part["words"]))
                for name, part in clean["splits"].items()
            ],
        )
        dropped = sorted(clean["dropped"].items(), key=lambda pair: -pair[1])
        yield Table(
            "Lines that became no sentence",
            ("reason", "lines"),
            [(reason.replace("_", " "), count(lines)) for reason, lines in dropped if lines],
        )
    if phonemize is None:
        yield missing("Phonemes", "phonemize")
    else:
        total = max(1, sum(phonemize["origin_words"].values()))
        yield Table(
            "Where the phonemes of the running words come from",
            ("origin", "words", "share"),
            [
                (name, count(number), percent(number / total, 2))
                for name, number in phonemize["origin_words"].items()
            ],
        )
    if speech:
        yield Note(f"{count(speech['utterances'])} utterances are spoken, "
                   f"{duration(speech['seconds'])} in all.")  # fmt: skip


def emoji(root: Path) -> Iterator[Block]:
    teach = read(root / "metrics/teach.json")
    examples = read(root / "plots/teach/examples.json")
    if teach is None:
        yield missing("Emoji", "teach")
    elif examples is None:
        yield Note("Examples: not there. dvc pull plots/teach, or dvc repro teach", missing=True)
    else:
        leads = teach.get("leads", {})
        yield Table(
            f"The {EMOJI_SHOWN} of 64 emoji that most often come first in "
            f"{count(teach['rows_out'])} sentences, and the sentences that they fit best, as the "
            f"teacher ({examples['teacher']}) sees it, with the share that it gives them",
            ("emoji", "comes first", "sentences"),
            [
                (
                    f"{EMOJI[int(key[:2])]} {key[3:]}",  # "NN name of the emoji"
                    percent(leads.get(key, 0)),
                    "\n".join(f"{each['share']:.2f}  {each['text']}" for each in of_emoji),
                )
                for key, of_emoji in sorted(
                    examples["emoji"].items(), key=lambda pair: -leads.get(pair[0], 0)
                )[:EMOJI_SHOWN]
            ],
            words=True,
        )
    if score := lookup(read(root / "metrics/pretrain.json"), "test.emoji"):
        yield Note(
            f"On {count(score['sentences'])} sentences the encoder is {score['kl']:.3f} nats (KL) "
            f"from the teacher, always the teacher's mean {score['mean_kl']:.3f}; of the "
            f"teacher's five likeliest it finds {percent(score['top5_overlap'])}, the mean "
            f"{percent(score['mean_top5_overlap'])}."
        )
