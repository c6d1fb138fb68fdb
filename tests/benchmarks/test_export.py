"""Both sides get every sentence twice, from text and laid out; the first block does not count."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import export
from benchmarks.export import OURS, PYTORCH
from pngnw import Encoder
from pngnw.tools.export.feeder import METADATA, Origin
from pngnw.tools.export.names import OUTPUTS, input_names
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder


def test_who_is_timed_on_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder.from_pretrained(small_encoder(tmp_path))
    told = Origin.of(MODEL, tmp_path).model_dump_json()
    lengths: list[int] = []

    def answer(names: tuple[str, ...], arrays: dict[str, Any]) -> None:
        assert names == OUTPUTS
        assert tuple(arrays) == input_names(MODEL)
        lengths.extend(arrays["phoneme_length"])

    session = SimpleNamespace(
        get_modelmeta=lambda: SimpleNamespace(custom_metadata_map={METADATA: told}), run=answer
    )
    clock = iter(range(100))
    monkeypatch.setattr(export.time, "process_time", lambda: next(clock) ** 2)
    results = export._timed(encoder, session, [["Oh!", "I."], ["No.", "So!"], ["Yes!", "Cat."]])
    assert lengths == [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]
    assert [result.name for result in results] == ["export.from_text", "export.milliseconds"]
    # The clock is read twice a timing, eight times a block: (n + 1)² - n² s for two sentences.
    middle = {n: 1000 * ((2 * (8 + n) + 1) + (2 * (16 + n) + 1)) / 4 for n in (0, 2, 4, 6)}
    assert [result.ours for result in results] == [middle[0], middle[4]]
    assert [result.peers[PYTORCH] for result in results] == [middle[2], middle[6]]
    assert OURS not in results[0].peers
