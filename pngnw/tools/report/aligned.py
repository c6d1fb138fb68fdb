"""What the page reads of metrics/evaluate.json, ablations/*.json and plots/evaluate."""

from pydantic import ConfigDict, Field

from pngnw.tools.report.reading import Measured


class Arm(Measured):
    """One text encoder: criterion to "median" and "seed N" to samples, or "> limit"."""

    encoder_rate: float
    samples_to: dict[str, dict[str, float | str]]
    at: dict[str, dict[str, float]]
    reversed_seeds: list[int]
    encoder_mflop_per_sample: float
    parameters: dict[str, int] = Field({})


class Ratio(Measured):
    """How many samples one arm needs beside another; "> x", "< x" and "unknown" are no numbers."""

    ratio: float | str
    interval: list[float | None]
    seeds: int


class Nulls(Measured):
    uniform: dict[str, float | bool]
    straight_line: dict[str, float | bool]


class LongForm(Measured):
    utterances: int
    seconds: float
    straight_line: dict[str, float]
    arms: dict[str, dict[str, float]]


class Attention(Measured):
    """One attention's part of metrics/evaluate.json."""

    level: str
    gold_times: bool
    samples_per_run: int
    seeds: list[int]
    nulls: Nulls
    arms: dict[str, Arm]
    ratios: dict[str, dict[str, Ratio]]
    long_form: dict[str, LongForm] = Field({})


class Alignment(Measured):
    """metrics/evaluate.json: sentences, and beside them one key per attention."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Attention]
    summary: list[str]

    @property
    def attentions(self) -> dict[str, Attention]:
        return self.__pydantic_extra__


class ArmCost(Measured):
    """One arm's part of metrics/cost/arms.json."""

    seconds_per_run: float
    samples_per_second: float
    encoder_ms_per_sample: float
    encoder_mflop_per_sample: float
    peak_memory_mib: float


class ArmCosts(Measured):
    """metrics/cost/arms.json: attention to arm to cost."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[str, ArmCost]]

    @property
    def attentions(self) -> dict[str, dict[str, ArmCost]]:
        return self.__pydantic_extra__


class SweepCell(Measured):
    mean: float
    low: float
    high: float
    difference: float | None = None
    interval: list[float] | None = None
    verdict: str = ""


class Sweep(Measured):
    """ablations/NAME.json as `python -m pngnw sweep` writes it."""

    grid: str
    baseline: str
    revision: str
    seeds: list[int]
    runs: dict[str, dict[str, SweepCell]]


class Utterance(Measured):
    """Attention of one utterance at every moment.

    `frames[m][t][p]` is the weight of symbol p at decoder step t, in 255ths; start and end are
    the gold times in seconds, None where they are unknown.
    """

    symbols: list[str]
    start: list[float | None]
    end: list[float | None]
    spoken: list[bool]
    frames: list[list[list[int]]]


class ArmFrames(Measured):
    encoder_rate: float
    moments: list[int]
    utterances: list[Utterance]


class Frames(Measured):
    """plots/evaluate/ATTENTION/attention.json."""

    seed: int
    seconds_per_step: float
    texts: list[str] = Field([])
    arms: dict[str, ArmFrames]
