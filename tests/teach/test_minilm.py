"""The sentence encoder: equal to the published model, alone and in company, in both paths."""

import numpy as np
import pytest
import torch

from pngnw.teach.minilm import TOKENS, WIDTH, MiniLM, hardware_bfloat16, model_folder

SENTENCES = ["He bowed.", "She read the letter twice and then burst into tears.", "Rain."]


@pytest.fixture(scope="module")
def exact() -> MiniLM:
    return MiniLM(model_folder(), torch.float32)


def vectors(encoder: MiniLM, sentences: list[str]) -> torch.Tensor:
    """[N, H], in the order of the sentences."""
    rows = torch.zeros(len(sentences), WIDTH)
    for batch in encoder.batches(sentences):
        rows[batch.rows] = batch.vectors
    return rows


def test_vectors_have_unit_length_and_do_not_see_the_padding(exact: MiniLM) -> None:
    together = vectors(exact, SENTENCES)
    alone = torch.cat([vectors(exact, [sentence]) for sentence in SENTENCES])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))


def test_long_sentences_are_cut(exact: MiniLM) -> None:
    """At as many wordpieces as the model has positions; what is cut is not read."""
    long, longer = "word " * (TOKENS - 2), "word " * TOKENS + "terrible"
    torch.testing.assert_close(vectors(exact, [long]), vectors(exact, [longer]))
    [batch] = exact.batches([longer])
    assert len(batch.spans[0]) == TOKENS


def test_a_word_is_the_mean_over_its_wordpieces(exact: MiniLM) -> None:
    """ann ' s red - haired cats, layers 2 and 6 side by side; before "Rain." a space is no word."""
    [batch] = exact.batches(["Ann's red-haired cats", " Rain."], (2, 6))
    found = batch.words([np.array([[0, 6, 17], [1, 5]][row]) for row in batch.rows])
    for row, (words, count), states in zip(batch.rows, found, batch.states.numpy(), strict=True):
        pieces = [[[1, 2, 3], [4, 5, 6], [7]], [[1], [2]]][row]
        assert count.tolist() == [*map(len, pieces)]
        expected = np.stack([states[of_word].mean(axis=0) for of_word in pieces])
        assert words.shape == (len(pieces), 2 * WIDTH)
        np.testing.assert_allclose(words, expected, atol=1e-6)


@pytest.mark.skipif(not hardware_bfloat16(), reason="this processor has no bfloat16 products")
def test_the_fast_path_answers_like_the_exact_one(exact: MiniLM) -> None:
    fast = MiniLM(model_folder(), torch.bfloat16)
    cosine = (vectors(fast, SENTENCES) * vectors(exact, SENTENCES)).sum(dim=1)
    assert cosine.min() > 0.999


def test_equal_to_transformers(exact: MiniLM) -> None:
    transformers = pytest.importorskip("transformers")
    reference = transformers.BertModel.from_pretrained(model_folder(), local_files_only=True).eval()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(model_folder() / "tokenizer.json")
    )
    ids = tokenizer(SENTENCES[1])["input_ids"]
    with torch.inference_mode():
        state = reference(torch.tensor([ids])).last_hidden_state.mean(dim=1)
    expected = torch.nn.functional.normalize(state, dim=1)
    torch.testing.assert_close(vectors(exact, SENTENCES[1:2]), expected, atol=1e-5, rtol=0)
