"""The files that params.yaml names: those outside a watched folder, those no experiment gets."""

import subprocess
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.params import Params, load
from pngnw.params.paths import refuse_untracked, refuse_unwatched

ROOT = Path(__file__).parent.parent


@pytest.fixture
def params() -> Params:
    return load(ROOT / "params.yaml")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Half of the texts and recordings are tracked, all else that params.yaml names is."""
    root = tmp_path / "repository"
    for name in ("texts/a.txt", "recordings/metadata.csv", "lexicon.dict", "notes.txt"):
        _put(root, name)
    (root / ".gitignore").write_text("*.wav\n/data/\n")
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    return root


def _put(root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(name)


def _git(root: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=root, check=True)


@pytest.mark.parametrize(
    "names",
    [
        ["texts/b.txt"],
        ["texts/sub/b.txt", "texts/sub/c.txt"],
        ["texts/odd [1] *.txt"],
        ["texts/naïve.txt"],
        ["recordings/wavs/a.wav"],  # which .gitignore hides
        ["lexicon.dict"],
        ["texts/b.txt", "recordings/wavs/a.wav"],
    ],
)
def test_what_an_experiment_would_lack_is_refused_with_a_remedy_that_works(
    names: list[str], params: Params, repository: Path
) -> None:
    refuse_untracked(params, repository)
    if names == ["lexicon.dict"]:
        _git(repository, "rm", "-q", "--cached", *names)
    for name in names:
        _put(repository, name)
    with pytest.raises(UserError, match="git add --force") as error:
        refuse_untracked(params, repository)
    assert min(names) in str(error.value)
    remedy = str(error.value).split("`")[1]
    subprocess.run(remedy, shell=True, cwd=repository, check=True)
    refuse_untracked(params, repository)


@pytest.mark.parametrize(
    "names",
    [
        ["draft.txt"],  # nothing names it
        ["data/align/part-00000.parquet"],
        ["texts/.DS_Store"],
        ["texts/b.txt", "texts.dvc"],  # as after `dvc add texts`
        ["recordings/wavs/a.wav", "recordings/wavs.dvc"],
    ],
)
def test_what_experiments_get_or_nobody_reads_is_no_mistake(
    names: list[str], params: Params, repository: Path
) -> None:
    for name in names:
        _put(repository, name)
    if "draft.txt" not in names:
        _git(repository, "add", ".")  # the .dvc files, as DVC does
        _git(repository, "rm", "-q", "-r", "--cached", "--ignore-unmatch", "texts/b.txt")
    probe = {"sets": {"marks": {"kind": "punctuation", "path": "data/align"}}}
    section = type(params.probe).model_validate(params.probe.model_dump() | probe)
    refuse_untracked(params.model_copy(update={"probe": section}), repository)


@pytest.mark.parametrize("path", ["/elsewhere/texts", "../texts", "https://a.org/a#sha256=0"])
def test_paths_outside_the_repository_are_not_looked_at(
    path: str, params: Params, repository: Path
) -> None:
    _put(repository.parent, "texts/b.txt")
    assert Path(repository, "../texts/b.txt").is_file()
    speech = params.speech.model_copy(update={"folder": path})
    refuse_untracked(params.model_copy(update={"speech": speech}), repository)


def test_a_repository_within_another_and_none(params: Params, repository: Path) -> None:
    _put(repository, "project/texts/a.txt")
    with pytest.raises(UserError, match=r"texts/a\.txt.*`git add --force texts`"):
        refuse_untracked(params, repository / "project")
    with pytest.raises(UserError, match="git repository"):
        refuse_untracked(params, repository.parent)


@pytest.mark.parametrize("path", ["a.bin", "../a.bin", "/a.bin", "teacherless/a.bin", "~/a.bin"])
def test_a_file_outside_of_what_dvc_watches(path: str) -> None:
    refuse_unwatched("teach.torchmoji.weights", "teacher/a.bin", "teach.watch", "teacher")
    with pytest.raises(UserError, match=r"teach\.torchmoji\.weights: .*set teach\.watch"):
        refuse_unwatched("teach.torchmoji.weights", path, "teach.watch", "teacher")
