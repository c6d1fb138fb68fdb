"""The sentence encoder: equal to the published model, alone and in company, in both paths."""

import pytest
import torch

from pngnw.teach.minilm import TOKENS, MiniLM, hardware_bfloat16, model_folder

SENTENCES = ["He bowed.", "She read the letter twice and then burst into tears.", "Rain."]


@pytest.fixture(scope="module")
def exact() -> MiniLM:
    return MiniLM(model_folder(), torch.float32)


def test_vectors_have_unit_length_and_do_not_see_the_padding(exact: MiniLM) -> None:
    tokens = exact.tokenize(SENTENCES)
    together = exact.encode(tokens)
    alone = torch.cat([exact.encode([row]) for row in tokens])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))


def test_long_sentences_are_cut(exact: MiniLM) -> None:
    [ids] = exact.tokenize(["word " * 200])
    assert len(ids) == TOKENS


@pytest.mark.skipif(not hardware_bfloat16(), reason="this processor has no bfloat16 products")
def test_the_fast_path_answers_like_the_exact_one(exact: MiniLM) -> None:
    fast = MiniLM(model_folder(), torch.bfloat16)
    tokens = exact.tokenize(SENTENCES)
    cosine = (fast.encode(tokens) * exact.encode(tokens)).sum(dim=1)
    assert cosine.min() > 0.999


def test_equal_to_transformers(exact: MiniLM) -> None:
    transformers = pytest.importorskip("transformers")
    reference = transformers.BertModel.from_pretrained(model_folder(), local_files_only=True).eval()
    [ids] = exact.tokenize(SENTENCES[1:2])
    with torch.inference_mode():
        state = reference(torch.tensor([ids])).last_hidden_state.mean(dim=1)
    expected = torch.nn.functional.normalize(state, dim=1)
    torch.testing.assert_close(exact.encode([ids]), expected, atol=1e-5, rtol=0)
