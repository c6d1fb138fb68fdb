"""Speech, with gold phoneme times where they are known: data/align -> data/speech."""

from pathlib import Path
from typing import Any

from pngnw.params import Params
from pngnw.speech.stage import make_speech
from stages import launch, shards_of, write_metrics


def main(params: Params) -> dict[str, Any]:
    """Speak sentences that the encoder's training never saw: data/align -> data/speech.

    Writes mels, and start and end of every phoneme, as shards, and metrics/speech.json. With
    speech.source = ljspeech the sentences are those of speech.folder, whose recordings have no
    start and end.
    """
    metrics, work = make_speech(
        Path("data/align"),
        Path("data/speech"),
        params.speech,
        params.base.seed,
        params.run,
        params.phonemize,
        params.align.piece_of_phoneme,
    )
    write_metrics(Path("metrics/speech.json"), metrics)
    return shards_of(work)


if __name__ == "__main__":
    launch(main)
