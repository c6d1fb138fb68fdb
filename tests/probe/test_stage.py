"""The stage on small files of every kind, and as DVC sees it."""

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from dvc.repo import Repo
from dvc.stage import Stage
from safetensors.torch import load_file, save_file

from pngnw import params as parameters
from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Probe, ProbeSet
from pngnw.probe.arms import absent
from pngnw.probe.measure import Measured, measure
from pngnw.probe.questions import TEST
from pngnw.probe.stage import run
from tests.model.synthetic import table
from tests.probe.test_punctuation import _mark, _word

ROOT = Path(__file__).parents[2]
CONTROLS = {"majority", "lexical", "lexical-neighbors", "minilm"}
ARMS = {
    *CONTROLS,
    *({"plbert"} - set(absent())),
    "random",
    "phoneme-only",
    "pretrained",
    "pretrained-phoneme-only",
}
NAMES = ("Ann", "Bob", "Tom", "Sue", "Jim", "Kate", "Paul", "Jane", "Mark", "Lucy")
VERBS = ("saw", "met", "knew", "left", "found", "called")


def _run(kind: str, path: Path, encoder: Path, root: Path, sentences: int = 1000) -> dict[str, Any]:
    """The metrics of a set; writes below `root`."""
    (root / "models").mkdir(parents=True, exist_ok=True)
    if not (root / "models/encoder").exists():
        (root / "models/encoder").symlink_to(encoder)
    chosen = ProbeSet.model_validate({"kind": kind, "path": str(path)})
    probe = Probe(sets={"a-set": chosen}, layer=None, sentences=sentences)
    params = parameters.load(ROOT / "params.yaml").model_copy(update={"probe": probe})
    return dict(run(params, root, "a-set").metrics)


def _texts() -> list[str]:
    return [f"{a} {verb} {b}" for a, verb, b in itertools.product(NAMES, VERBS, NAMES[:2])]


def test_answers_are_kept_and_another_encoder_asks_itself_alone(
    encoder: Path, tmp_path: Path, cache: Path
) -> None:
    path = tmp_path / "e.tsv"
    path.write_text("\n".join(f"{t}\t{n % 3 > 0}" for n, t in enumerate(_texts())))
    chosen = ProbeSet(kind="emotion", path=str(path))

    def ask(folder: Path) -> Measured:
        return measure("a-set", chosen, folder, seed=0, layer=None, sentences=1000)

    first = ask(encoder)
    tested = first.questions.part_Q == TEST
    for arm, each in first.answers.items():  # the same rows, whoever answers
        assert ((each.likeliest != "") == tested).all(), arm
    kept = set((cache / "probe").iterdir())
    again = ask(encoder)
    assert again.report == first.report
    assert set((cache / "probe").iterdir()) == kept
    shutil.copytree(encoder, tmp_path / "other")
    weights = load_file(encoder / "model.safetensors")
    name = next(name for name in weights if name.startswith("encoder."))
    save_file(weights | {name: weights[name] + 1}, tmp_path / "other/model.safetensors")
    other = ask(tmp_path / "other")
    assert len(set((cache / "probe").iterdir()) - kept) == 2
    for arm, each in other.report["arms"].items():
        assert (each == first.report["arms"][arm]) == ("pretrained" not in arm), arm


def _balances(report: dict[str, Any]) -> bool:
    counts = dict(report["questions"])
    return bool(counts.pop("asked") == sum(counts.values()))


def test_emotion_that_a_word_tells(encoder: Path, tmp_path: Path) -> None:
    """Even untrained states know which words were read; a probe that did not would be broken."""
    path = tmp_path / "e.tsv"
    lines = [f"{t} {'again' if n % 3 else 'happily'}\t{n % 3 > 0}" for n, t in enumerate(_texts())]
    path.write_text("\n".join([*lines, "An odd one\todd"]))
    report = _run("emotion", path, encoder, tmp_path)
    assert set(report["arms"]) == ARMS
    assert _balances(report)
    assert report["questions"]["dropped.rare"] == 1
    assert report["arms"]["majority"]["accuracy"]["value"] == pytest.approx(2 / 3, abs=0.05)
    assert report["arms"]["random"]["accuracy"]["value"] > 0.95
    assert report["pretrained_minus"]["majority"]["accuracy"]["interval"][0] > 0


def test_prominence_has_a_rank_correlation(encoder: Path, tmp_path: Path) -> None:
    path, lines = tmp_path / "p.txt", []
    for number, text in enumerate(_texts()):
        lines.append(f"<file>\t{number}.txt")
        for word in text.split():
            level = 2 if word in NAMES[:2] else 0
            lines.append(f"{word}\t{level}\t0\t{level + number % 7 / 10}\t0.0")
        lines.append(".\tNA\tNA\tNA\tNA")
    path.write_text("\n".join(lines) + "\n")
    report = _run("prominence", path, encoder, tmp_path, sentences=100)
    assert _balances(report)
    assert report["questions"]["dropped.not_drawn"] == 60
    assert report["arms"]["random"]["accuracy"]["value"] > 0.95
    assert report["arms"]["random"]["spearman"]["value"] > 0.6
    assert report["arms"]["majority"]["spearman"]["value"] == 0


def test_pauses_that_a_word_or_its_neighbor_tells(encoder: Path, tmp_path: Path) -> None:
    """Silence behind "saw", and behind a name in front of "met"."""
    rows = []
    for text in _texts():
        words: list[list[object]] = []
        for at, word in enumerate(text.split()):
            words.append([word.lower(), at, at + 0.5])
        words[0][2] = 0.5 if " met " in text else 0.95
        words[1][2] = 1.5 if " saw " in text else 1.95
        rows.append(json.dumps({"text": text, "words": words}))
    (tmp_path / "p.jsonl").write_text("\n".join(rows) + "\n")
    report = _run("pauses", tmp_path / "p.jsonl", encoder, tmp_path)
    assert _balances(report)
    accuracy = {arm: each["accuracy"]["value"] for arm, each in report["arms"].items()}
    assert accuracy["lexical"] < 0.95 < accuracy["lexical-neighbors"]
    assert accuracy["random"] > accuracy["majority"]


def test_homographs_have_a_probe_each(encoder: Path, tmp_path: Path) -> None:
    rows = ["homograph\twordid\tsentence\tstart\tend"]
    for name, verb in itertools.product(NAMES, VERBS):
        for reading, text in (
            ("present", f"{name} will read what {name} {verb}"),
            ("past", f"{name} has read what {name} {verb}"),
        ):
            at = text.index("read")
            rows.append(f"read\tread_{reading}\t{text}\t{at}\t{at + 4}")
    (tmp_path / "read.tsv").write_text("\n".join(rows) + "\n")
    report = _run("homographs", tmp_path, encoder, tmp_path)
    assert report["groups"] == 1
    assert _balances(report)
    assert report["parts"]["test"] == 12
    assert report["arms"]["majority"]["mean_recall"]["value"] == 0.5
    assert report["arms"]["random"]["mean_recall"]["value"] > 0.8


def test_punctuation_and_the_same_again(encoder: Path, tmp_path: Path) -> None:
    """A comma after every "b", a question after every "c" at the end."""
    sentences = []
    for one, two, three in itertools.product("abd", "abd", "cd"):
        for extra in "efgh":
            words = [_word(extra)]
            for letter in (one, two, three):
                words += [_word(letter), *([_mark(",")] if letter == "b" else [])]
            for each in words:
                if each["graphemes"][0] >= TOKENS.letters.start:
                    each["phonemes"] = [TOKENS.phonemes.start + each["graphemes"][0] % 20] * 2
            sentences.append([*words, _mark("?" if three == "c" else ".")])
    rows = table(sentences, ["test"] * len(sentences))
    shards.write(tmp_path / shards.name(0), rows, stage="align", fingerprint="x")
    report = _run("punctuation", tmp_path, encoder, tmp_path)
    assert report["arms"]["random"]["accuracy"]["value"] > 0.95
    assert report["arms"]["phoneme-only"]["accuracy"]["value"] > 0.95
    assert report["arms"]["majority"]["accuracy"]["value"] < 0.8
    assert report == _run("punctuation", tmp_path, encoder, tmp_path / "again")


def test_too_little_is_refused(encoder: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.tsv"
    path.write_text("good\tjoy\nbad\tanger\n")
    with pytest.raises(UserError, match=r"of 2 questions 0 are left.*'rare': 2"):
        _run("emotion", path, encoder, tmp_path)


def test_a_set_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nobody: not in probe\.sets, which holds \[\]"):
        run(parameters.load(ROOT / "params.yaml"), tmp_path, "nobody")


def test_without_sets_dvc_has_no_stage_and_with_one_it_names_what_it_reads(tmp_path: Path) -> None:
    """Off is off: `dvc repro` and `dvc status` know no stage; a set's file is a dependency."""
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    text = (ROOT / "params.yaml").read_text()

    def stages(sets: str) -> dict[str, Stage]:
        changed = text.replace("  sets: {} ", f"  sets: {sets} ")
        assert changed != text or sets == "{}"
        (tmp_path / "params.yaml").write_text(changed)
        with Repo(str(tmp_path), uninitialized=True) as repo:
            return {stage.name: stage for stage in repo.index.stages}

    off = stages("{}")
    assert "evaluate" in off
    assert [name for name in off if "probe" in name] == []
    on = stages("{mine: {kind: emotion, path: texts/mine.tsv}}")
    assert set(on) - set(off) == {"probe@mine"}
    assert on["probe@mine"].cmd == "python -m stages.probe mine"
    read = {dep.def_path for dep in on["probe@mine"].deps}
    assert {"texts/mine.tsv", "models/encoder", "pngnw/probe", "pngnw/model"} <= read
