"""What the page reads of metrics/*.json, but for the alignment, and of plots/teach."""

from pydantic import Field

from pngnw.tools.report.reading import Measured


class Split(Measured):
    sentences: int
    words: int


class Clean(Measured):
    """metrics/clean.json: every line that came in is a sentence or dropped for a reason."""

    files: int
    bytes_in: int
    documents: int
    lines_in: int
    sentences_out: int
    words: int
    splits: dict[str, Split]
    dropped: dict[str, int]
    repaired: dict[str, int] = Field({})


class Phonemize(Measured):
    """metrics/phonemize.json: where the phonemes of the words came from."""

    origin_words: dict[str, int]
    distinct_words: int
    distinct_unknown_words: int


class Align(Measured):
    """metrics/align.json."""

    graphemes: int
    phonemes: int
    pieces: int


class Teach(Measured):
    """metrics/teach.json: keys of `mean`, `leads` and `in_top_5` are "NN name of the emoji"."""

    rows_out: int
    mean: dict[str, float]
    leads: dict[str, float] = Field({})


class Speech(Measured):
    """metrics/speech.json."""

    utterances: int
    seconds: float
    parts: dict[str, int]


class Answers(Measured):
    """How often an answer is right, how often the commonest answer is, and out of how many."""

    accuracy: float
    majority_accuracy: float
    error_rate: float | None = None
    majority_error_rate: float | None = None
    tokens: int | None = None
    words: int | None = None

    @property
    def count(self) -> int:
        return self.tokens or self.words or 0


class Emoji(Measured):
    kl: float
    mean_kl: float
    top5_overlap: float
    mean_top5_overlap: float
    sentences: int


class Test(Measured):
    """Task to unit (phoneme, grapheme, word) to answers; the emoji apart."""

    mlm: dict[str, Answers] = Field({})
    g2p: dict[str, Answers] = Field({})
    p2g: dict[str, Answers] = Field({})
    emoji: Emoji | None = None

    def tasks(self) -> dict[str, dict[str, Answers]]:
        return {"g2p": self.g2p, "p2g": self.p2g, "mlm": self.mlm}


class Pretrain(Measured):
    """metrics/pretrain.json."""

    test: Test


class Cost(Measured):
    """metrics/cost/STAGE.json."""

    seconds: float
    peak_memory_mib: float
    device: str | None = None
    threads: int | None = None
    tokens_per_second: float | None = None
    training_seconds: float | None = None


class Example(Measured):
    """A sentence with the share of an emoji that its teacher's distribution gives it."""

    share: float
    text: str


class Examples(Measured):
    """plots/teach/examples.json: the sentences that every emoji fits best."""

    teacher: str
    emoji: dict[str, list[Example]]
