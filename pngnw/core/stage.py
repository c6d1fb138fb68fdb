"""The result of a stage: its metrics and its cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class StageResult:
    """Result of a stage's `run`.

    Attributes:
        metrics: the content of `metrics/<stage>.json`; equal for equal runs.
        cost: added to seconds and memory in `metrics/cost/<stage>.json`; differs from run to run.
    """

    metrics: Mapping[str, Any]
    cost: Mapping[str, Any] = field(default_factory=dict)
