"""Ours: the torchmoji backend on the weights and vocabulary that the parent names.

An answer holds, for every text, its tokens, and then all probabilities and all features.
"""

import os

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """The backend; TEACH_PRECISION is fp32 or bf16."""
    from pngnw.params import Teach
    from pngnw.teach.backends import open_backend

    folder = os.environ["TEACH_FOLDER"]
    options = {"weights": f"{folder}/pytorch_model.bin", "vocabulary": f"{folder}/vocabulary.json"}
    options["precision"] = os.environ.get("TEACH_PRECISION", "fp32")
    section = {"backend": "torchmoji", "features": True, "torchmoji": options}
    backend = open_backend(Teach.model_validate(section))
    wanted = os.environ.get("WORKER_ANSWERS") == "1"

    def speak(texts: list[str]) -> object:
        taught = backend(texts)
        if not wanted or taught.features is None:
            return None
        return [backend.tokens(texts), taught.probabilities.tolist(), taught.features.tolist()]

    return speak


if __name__ == "__main__":
    serve(load)
