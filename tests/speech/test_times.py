"""Times put onto tokens by hand, and files of times in every layout."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Phonemize
from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech.silver import stressless
from pngnw.speech.stage import run
from pngnw.speech.times import read_times, tokens_of
from tests.speech.corpus import params, speech_params

A_CAT = [['"'], ["AH0"], [","], ['"'], ["K", "AE1", "T"], ["."], ['"']]
PHONES = [("AH", 0.1, 0.2), ("K", 0.5, 0.6), ("AE", 0.6, 0.8), ("T", 0.8, 0.9)]


def test_marks_have_the_silence_and_quotes_no_time() -> None:
    got = tokens_of(A_CAT, PHONES, 1.5)
    assert not isinstance(got, str)
    assert got[0].tolist() == pytest.approx([0.1, 0.1, 0.2, 0.5, 0.5, 0.6, 0.8, 0.9, 1.5])
    assert got[1].tolist() == pytest.approx([0.1, 0.2, 0.5, 0.5, 0.6, 0.8, 0.9, 1.5, 1.5])
    # A pause that no mark has is nobody's.
    bare = tokens_of([["AH0"], ["K", "AE1", "T"]], PHONES, 1.0)
    assert not isinstance(bare, str)
    assert bare[1].tolist() == pytest.approx([0.2, 0.6, 0.8, 0.9])


TEN = [(name, n / 10, (n + 1) / 10) for n, name in enumerate("BDFGKLMNPS")]


@pytest.mark.parametrize(
    ("change", "edges", "shared"),
    [
        # Another phoneme in the same place has its time.
        ([*TEN[:4], ("ZH", 0.4, 0.5), *TEN[5:]], {4: (0.4, 0.5)}, 1),
        # Two of ours where theirs has one share it.
        ([*TEN[:4], ("ZH", 0.4, 0.6), *TEN[6:]], {4: (0.4, 0.5), 5: (0.5, 0.6)}, 2),
        # What theirs lacks lies in the tail of the one before it.
        ([*TEN[:4], *TEN[5:]], {3: (0.3, 0.35), 4: (0.35, 0.4)}, 1),
        # What ours lacks is nobody's.
        ([*TEN[:4], ("ZH", 0.4, 0.45), ("K", 0.45, 0.5), *TEN[4:]], {3: (0.3, 0.4)}, 0),
    ],
)
def test_other_pronunciations(
    change: list[tuple[str, float, float]], edges: dict[int, tuple[float, float]], shared: int
) -> None:
    got = tokens_of([[name for name, _, _ in TEN]], change, 1.0)
    assert not isinstance(got, str)
    for n, (a, b) in edges.items():
        assert (got[0][n], got[1][n]) == (pytest.approx(a), pytest.approx(b))
    assert got[2] == shared


def test_another_text_and_another_sound_are_refused_by_name() -> None:
    assert tokens_of([["B", "UH1", "K"]], PHONES, 1.0) == "times_other_phones"
    assert tokens_of(A_CAT, PHONES, 0.7) == "times_behind_the_end"


@given(st.lists(st.tuples(st.sampled_from([*ARPABET, ",", '"']), st.floats(0.01, 0.3)), min_size=1))
def test_what_all_agree_upon_keeps_its_time_and_nothing_falls(
    tokens: list[tuple[str, float]],
) -> None:
    now, phones = 0.0, []
    for token, length in tokens:
        if token in ARPABET:
            phones.append((stressless(token), now, now + length))
        now += length
    if not phones:
        return
    got = tokens_of([[token] for token, _ in tokens], phones, now)
    assert not isinstance(got, str)
    start, end, _ = got
    spoken = [n for n, (token, _) in enumerate(tokens) if token in ARPABET]
    assert start[spoken] == pytest.approx([a for _, a, _ in phones], abs=1e-5)
    assert end[spoken] == pytest.approx([b for _, _, b in phones], abs=1e-5)
    edges = np.stack((start, end), 1).ravel()
    assert (np.diff(edges) >= -1e-6).all()


WORDS = [["<sil>", 0, 0.5, [["SIL", 0.0, 0.5]]], ["cat", 0.5, 0.9, PHONES[1:]]]
HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
LONG = (
    HEAD
    + """xmin = 0
xmax = 1.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 1.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = "a ""cat"" of 9 lives"
    item [2]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 1.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.25
            text = ""
        intervals [2]:
            xmin = 0.25
            xmax = 1e-0
            text = "AE1"
        intervals [3]:
            xmin = 1
            xmax = 1.5
            text = "sp"
"""
)
POINTS = ["TextTier", "points", 0, 1.5, 1, 0.7, "here"]
PHONE_TIER = ["IntervalTier", "phones", 0, 1.5, 2, 0, 0.25, "", 0.25, 1, "AE1"]
SHORT = HEAD + "0\n1.5\n<exists>\n2\n" + "\n".join(map(json.dumps, POINTS + PHONE_TIER)) + "\n"


def test_json_lines_of_both_layouts(tmp_path: Path) -> None:
    phones = [["sp", 0, 0.5], ["K", 0.5, 0.6], ["AE1", 0.6, 1]]
    flat = {"id": "a.wav", "text": "cat", "phones": phones}
    lines = "".join(json.dumps(row) + "\n" for row in (flat, {"id": "b", "words": WORDS}))
    (tmp_path / "t.jsonl").write_text(lines)
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    wanted = {"a": [("K", 0.5, 0.6), ("AE", 0.6, 1.0)], "b": PHONES[1:]}
    assert read_times(tmp_path / "t.jsonl") == wanted == read_times(tmp_path / "t.jsonl.gz")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_textgrids_long_and_short(tmp_path: Path, encoding: str) -> None:
    for name, text in (("long", LONG), ("short", SHORT)):
        (tmp_path / f"{name}.TextGrid").write_text(text, encoding=encoding)
    assert read_times(tmp_path) == {name: [("AE", 0.25, 1.0)] for name in ("long", "short")}


def test_what_is_no_file_of_times_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere.*speech\.times"):
        read_times(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"no \.TextGrid"):
        read_times(tmp_path)
    (tmp_path / "t.jsonl").write_text('{"id": "a", "phones": []}\n{"id": "b"}\n')
    with pytest.raises(UserError, match=r"t\.jsonl:2.*words"):
        read_times(tmp_path / "t.jsonl")
    for text, reason in ((LONG[:300], "text"), (LONG.replace("phones", "p"), "no tier"), ("x", "")):
        (tmp_path / "a.TextGrid").write_text(text)
        with pytest.raises(UserError, match=rf"a\.TextGrid.*{reason}"):
            read_times(tmp_path)


SAID = {
    "a": ("Cats read.", "K AE T S R IY D"),
    "b": ("The cat reads books.", "DH AH K AE T R IY D Z B UH K S"),
    "c": ("It was 5 o'clock.", "IH T W AA Z F AY V AH K L AA K"), "h": ("There, she said.", ""),
}  # fmt: skip


@pytest.mark.usefixtures("aligned")
def test_recordings_have_the_times_of_the_file_and_what_it_lacks_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    rows, noise = [], np.random.default_rng(0).normal(0, 0.1, 22050)
    for name, (text, phones) in SAID.items():
        soundfile.write(tmp_path / f"{name}.wav", noise, 22050)
        with (tmp_path / "metadata.csv").open("a") as table:
            table.write(f"{name}|{text}\n")
        if phones:
            times = [[p, n / 20 + 0.1, n / 20 + 0.15] for n, p in enumerate(phones.split())]
            rows.append(json.dumps({"id": name, "phones": times}))
    (tmp_path / "times.jsonl").write_text("\n".join(rows[:2]))
    speech = speech_params(source="ljspeech", folder=str(tmp_path), times="times.jsonl")
    wanted = params(speech, phonemize=Phonemize(lexicon=None))
    with pytest.raises(UserError, match=r"'times_missing': 2.*speech\.times \(times\.jsonl\)"):
        run(wanted, tmp_path)
    (tmp_path / "times.jsonl").write_text("\n".join(rows))  # no other file has changed
    metrics = run(wanted, tmp_path).metrics
    assert (metrics["times"], metrics["utterances"]) == ("silver", 3)
    assert metrics["dropped"] == {"times_missing": 1}
    lines = [x for p in shards.paths(tmp_path / "data/speech") for x in shards.read(p).to_pylist()]
    (clock,) = (line for line in lines if line["recording"] == "c")
    assert clock["start"] == pytest.approx([*(n / 20 + 0.1 for n in range(13)), 0.75])
    assert clock["end"][-1] == pytest.approx(1.0), "the mark has the silence to the end"
    assert sum(clock["duration"]) == clock["frames"]
