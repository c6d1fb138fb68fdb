"""The GPU check: its small version holds on a CPU, and its checks can fail."""

import json
import re

import pytest
import torch
from torch import Tensor

from benchmarks import gpu
from pngnw.model import attention

CPU = torch.device("cpu")


def test_the_dry_run_holds(capsys: pytest.CaptureFixture[str]) -> None:
    gpu.main(["--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    found = {line.partition(",")[0]: json.loads(line.partition(": ")[2]) for line in lines}
    assert found.keys() == {"attention", "bf16", "speed", "resume"}
    assert 0 < found["attention"]["sdpa"] < gpu.CLOSE
    assert found["resume"] == {"resumed": 0.0, "torchrun": 0.0}


def test_attention_without_its_scale_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = attention.matmul_attention

    def wrong(query: Tensor, *rest: Tensor) -> Tensor:
        return right(1.1 * query, *rest)

    monkeypatch.setattr(attention, "matmul_attention", wrong)
    with pytest.raises(gpu.Failed, match="sdpa"):
        gpu.check_attention(gpu._params("tiny"), CPU)


def test_a_crash_is_one_failed_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> gpu.Figures:
        raise RuntimeError("no kernel image")

    for name in ("attention", "speed", "resume"):
        monkeypatch.setattr(gpu, f"check_{name}", lambda *_: {})
    monkeypatch.setattr(gpu, "check_bf16", broken)
    with pytest.raises(SystemExit) as ended:
        gpu.main(["--dry-run"])
    assert ended.value.code == 1
    assert re.search(r"^bf16, .*no kernel image$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so() -> None:
    with pytest.raises(SystemExit, match="no CUDA device"):
        gpu.main([])
