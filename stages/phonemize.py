"""Words to ARPAbet: data/clean -> data/phonemize."""

from pathlib import Path
from typing import Any

from pngnw.params import Params
from pngnw.phonemize.stage import phonemize
from stages import launch, shards_of, write_metrics


def main(params: Params) -> dict[str, Any]:
    """Give every word of data/clean its phonemes; write data/phonemize and metrics/phonemize.json.

    Known words come from CMUdict (and phonemize.lexicon, which wins), homographs are told apart by
    a trained model of their neighbours, compounds and endings go by rule, g2p_en's network answers
    the rest.
    """
    metrics, work = phonemize(
        Path("data/clean"), Path("data/phonemize"), params.phonemize, params.run
    )
    write_metrics(Path("metrics/phonemize.json"), metrics)
    return shards_of(work)


if __name__ == "__main__":
    launch(main)
