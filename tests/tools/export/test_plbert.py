"""An encoder in StyleTTS2's `Utils/PLBERT`: rows, padding, gradients, and its own calling code.

With PEER_STYLETTS2=/path/to/StyleTTS2 its TextCleaner makes the ids, and the statements of its
training scripts that load and call PL-BERT are run as they stand there.
"""

import ast
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.tools.export.plbert import SYMBOLS, SymbolStates, export, load_plbert
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder

LINES = ["ðɪ mˈæn, wɪð tʃˈiːz.", "ˈoʊ!", " ɪt bˈʌʔn̩ … "]
PEER = Path(os.environ.get("PEER_STYLETTS2", ""))
needs_peer = pytest.mark.skipif(
    not os.environ.get("PEER_STYLETTS2"), reason="PEER_STYLETTS2 names no checkout of StyleTTS2"
)


def module(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"peer_{path.stem}", path)
    assert spec
    assert spec.loader
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_encoder(tmp_path_factory.mktemp("encoder"))
    out = made.parent / "PLBERT"
    main(["export", "--plbert", str(out), "--model", str(made)])
    return out


@pytest.fixture(scope="module")
def bert(folder: Path) -> SymbolStates:
    loaded: SymbolStates = module(folder / "util.py").load_plbert(str(folder))
    return loaded.eval()


def ids_of(lines: list[str]) -> tuple[Tensor, Tensor]:
    """Symbols [B, T] with a zero at both ends, padded with zeros; and lengths [B]."""
    rows = [torch.tensor([0, *map(SYMBOLS.index, line), 0]) for line in lines]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([*map(len, rows)])


def call(bert: SymbolStates, lines: list[str]) -> tuple[Tensor, Tensor]:
    ids, lengths = ids_of(lines)
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).int()
    with torch.no_grad():
        return bert(ids, attention_mask=mask), lengths


def test_each_symbol_has_the_state_of_its_phoneme(folder: Path, bert: SymbolStates) -> None:
    (states, *_), _ = call(bert, LINES[:1])
    line = "$" + LINES[0] + "$"
    alone = Encoder.from_pretrained(folder).from_phonemes(LINES[:1], alphabet="espeak")
    expected = dict(zip(alone.phonemes[0], alone.hidden[0], strict=True))
    for symbols, phoneme in {
        "ð": "DH", "m": "M", "ˈæ": "AE1", ",": ",", "tʃ": "CH", "ˈiː": "IY1", "z": "Z", ".": ".",
    }.items():  # fmt: skip
        at = line.index(symbols) if phoneme != "DH" else line.rindex(symbols)
        for row in states[at : at + len(symbols)]:
            torch.testing.assert_close(row, expected[phoneme], atol=1e-5, rtol=0)
    space = line.index(", ") + 1
    torch.testing.assert_close(states[space], expected[","], atol=1e-5, rtol=0)
    ends = torch.stack([states[0], states[-1], expected["."]])
    assert (torch.cdist(ends, ends) + torch.eye(3)).min() > 0.1  # CLS, SEP and a mark


def test_batch_and_padding_do_not_matter(bert: SymbolStates) -> None:
    together, lengths = call(bert, LINES)
    assert together.shape == (3, int(lengths.max()), MODEL.width)
    for row, length in enumerate(lengths.tolist()):
        alone = call(bert, [LINES[row]])[0][0]
        torch.testing.assert_close(together[row, :length], alone, atol=1e-5, rtol=0)
        assert not together[row, length:].any()
    ids, _ = ids_of(LINES[:1])
    assert torch.equal(bert(ids), call(bert, LINES[:1])[0])


def test_of_nothing_there_are_zeros_at_both_ends(bert: SymbolStates) -> None:
    states, _ = call(bert, ["", "ˈoʊ"])
    assert states[0, :2].any(1).all()


def test_gradients_flow(bert: SymbolStates) -> None:
    bert.train()(ids_of(LINES)[0]).sum().backward()
    assert bert.encoder.embeddings.token.weight.grad is not None
    bert.eval().zero_grad()


def test_what_cannot_be_used_is_told(folder: Path, bert: SymbolStates, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"symbol 178: config\.yml has 178 symbols"):
        bert(torch.tensor([[0, 178]]))
    with pytest.raises(UserError, match="sentence 0: 302 tokens, the model takes 256"):
        bert(ids_of(["k " * 300])[0])
    with pytest.raises(UserError, match=r"config\.yml: has no symbols"):
        load_plbert(str(tmp_path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pngnw.tools.export.plbert", None)  # importing it fails
        with pytest.raises(ImportError, match=r"pip install 'pngnw\[encoder\]'"):
            module(folder / "util.py")


def test_an_encoder_without_specials_is_refused(tmp_path: Path) -> None:
    """Its rows of CLS and SEP, which the zeros at both ends get, would be zero."""
    bare = small_encoder(tmp_path / "bare", MODEL.model_copy(update={"specials": False}))
    with pytest.raises(UserError, match=r"model\.specials: false has no states"):
        export(Encoder.from_pretrained(bare), tmp_path / "PLBERT")
    assert not (tmp_path / "PLBERT").exists()


def test_the_ids_are_those_of_styletts2() -> None:
    """Some of them, as Kokoro-82M's config.json has them, which was trained with the same."""
    ids = [SYMBOLS.index(symbol) for symbol in ";. aɑəɪˈˌːᵻ"]
    assert ids == [1, 4, 16, 43, 69, 83, 102, 156, 157, 158, 177]


@needs_peer
def test_its_own_symbols_are_ours() -> None:
    assert "".join(module(PEER / "text_utils.py").symbols) == SYMBOLS


def statements(file: Path, *wanted: str) -> list[ast.stmt]:
    """The first assignment to each of these names in a file, wherever it stands."""
    found: dict[str, ast.stmt] = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign):
            found.setdefault(ast.unparse(node.targets[0]), node)
    return [found[name] for name in wanted]


@needs_peer
@pytest.mark.parametrize("script", ["train_second.py", "train_finetune.py"])
def test_its_training_scripts_call_it(folder: Path, script: str) -> None:
    util = module(folder / "util.py")
    clean = module(PEER / "text_utils.py").TextCleaner()
    rows = [torch.LongTensor([0, *clean(line), 0]) for line in LINES]
    lengths = torch.tensor([*map(len, rows)])
    (masker,) = (
        node
        for node in ast.parse((PEER / "utils.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "length_to_mask"
    )
    scope: dict[str, Any] = {
        "torch": torch, "np": __import__("numpy"), "load_plbert": util.load_plbert,
        "config": {"PLBERT_dir": f"{folder}/"}, "input_lengths": lengths,
        "texts": nn.utils.rnn.pad_sequence(rows, batch_first=True),
    }  # fmt: skip

    def execute(*nodes: ast.stmt) -> None:
        exec(compile(ast.Module([*nodes], []), str(PEER / script), "exec"), scope)

    execute(masker, *statements(PEER / script, "BERT_path", "plbert"))
    bert = scope["plbert"]
    sizes = {
        node.attr
        for node in ast.walk(ast.parse((PEER / "models.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "bert.config"
    }
    assert {"hidden_size"} <= sizes
    assert all(getattr(bert.config, name) > 0 for name in sizes)
    scope["model"] = SimpleNamespace(
        bert=nn.DataParallel(bert), bert_encoder=nn.Linear(bert.config.hidden_size, 512)
    )
    execute(*statements(PEER / script, "text_mask", "bert_dur", "d_en"))
    assert scope["d_en"].shape == (3, 512, int(lengths.max()))
    expected, _ = call(bert.eval(), LINES)
    torch.testing.assert_close(scope["bert_dur"], expected, atol=1e-5, rtol=0)
