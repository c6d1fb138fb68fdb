"""The vocabulary of neighbors, learnt without labels: tags of a tagger, clusters of word vectors.

Guarantees: the same sentences give the same vocabulary on one machine. Classes and traits come from
the counts of a tagger (`tagger`), and traits of words of grammar from lists. Clusters are k-means
over the word embeddings of all-MiniLM-L6-v2 (W. Wang et al. 2020; the wheel that the teacher needs,
Apache-2.0), so that "trout" speaks for "perch".
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from sklearn.cluster import MiniBatchKMeans
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from pngnw.phonemize.homographs import neighbors
from pngnw.phonemize.homographs.neighbors import Vocabulary, ending, key
from pngnw.teach.minilm import model_folder
from pngnw.tools.homographs.tagger import Tagged

_SEEN: Final = 3  # times a word must occur to have a class of its own
_SECOND: Final = 0.2  # share that a second tag needs to be part of the class
_RARE, _ENDINGS = 5, 5  # endings are counted on words this rare, and need this many
_CLASSES: Final = 250
_FINE, _BROAD = 1000, 128  # clusters
_VECTORS: Final = "embeddings.word_embeddings.weight"
_DIMENSIONS: Final = 96  # principal components of the vectors
_OFTEN: Final = 0.5  # share of tags that makes a trait
_SOMETIMES: Final = 0.35  # "read" is past often enough

# Words of grammar, and words that tell the time.
_MODALS: Final = "will would can could may might must shall should 'll 'd ca wo"
_LISTS: Final = {
    neighbors.ADVERB: "not n't never also always only just ever already yet still once even really "
    "rarely seldom often sometimes usually generally all both each actually finally again then now",
    neighbors.AUXILIARY: f"{_MODALS} to do does did have has had 've having be am is are was were "
    "been being 're 'm let please",
    neighbors.MODAL: _MODALS,
    neighbors.STOP: "and or but that which who whom when if because while as whose where although "
    "though than , ; : . ! ? —",
    neighbors.PAST: "was were had did went came said took made got saw began felt told gave found "
    "knew thought 'd",
    neighbors.PRESENT: "is are has have do does am 're 'm 've says goes",
    neighbors.PAST_TIME: "yesterday ago last earlier previously recently later once finally "
    "afterwards then",
    neighbors.PRESENT_TIME: "every daily usually always often sometimes never rarely now nowadays "
    "today each whenever generally normally weekly regularly hardly mornings evenings weekends",
    neighbors.HE: "he she it nobody everyone everybody somebody someone anyone one this that",
    neighbors.WE: "i you we they these those people some many few",
}
_NOMINAL: Final = ("DT", "PRP$", "PRP", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "CD", "POS")


def learn(tagged: Tagged) -> Vocabulary:
    """The vocabulary of tagged sentences; a minute."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, tags in tagged.counts.items():
        counts[word].update(tags)
    by_ending: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, tags in counts.items():
        if tags.total() <= _RARE:
            by_ending[ending(word)].update(tags)
    known = {word: tags for word, tags in counts.items() if tags.total() >= _SEEN}
    endings = {end: tags for end, tags in by_ending.items() if tags.total() >= _ENDINGS}
    listed = {word for words in _LISTS.values() for word in words.split()}
    words, fine, broad = _clusters([word for word in known if any(map(str.isalpha, word))])
    clusters = dict(zip(words, zip(fine.tolist(), broad.tolist(), strict=True), strict=True))
    numbers = _class_numbers(known, endings)

    def describe(word: str) -> tuple[int, int, int, int]:
        like = ending(word)
        tags = known.get(word) or endings.get(word) or endings.get(like) or Counter()
        number = numbers.get(word) or numbers.get(like, 0)
        return number, *clusters.get(word, (0, 0)), traits(word, tags)

    rows = {key(word): describe(word) for word in sorted({*known, *endings, *listed, *words})}
    rising = sorted(rows)
    columns = np.ascontiguousarray(np.array([rows[each] for each in rising], np.uint16).T)
    return Vocabulary(
        np.array(rising, np.uint32), columns[0].astype(np.uint8), columns[1],
        columns[2].astype(np.uint8), columns[3],
    )  # fmt: skip


def _class_numbers(
    known: Mapping[str, Counter[str]], endings: Mapping[str, Counter[str]]
) -> dict[str, int]:
    """The class of a word is its commonest tag, or its two commonest when the second is common."""
    names = {word: tags.most_common(1)[0][0] for word, tags in endings.items()}
    for word, tags in known.items():
        common = [tag for tag, n in tags.most_common(2) if n >= _SECOND * tags.total()]
        names[word] = "|".join(sorted(common))
    commonest = [name for name, _ in Counter(names.values()).most_common(_CLASSES)]
    numbers = {name: number for number, name in enumerate(commonest, start=2)}
    return {word: numbers.get(name) or numbers[name.split("|")[0]] for word, name in names.items()}


def traits(word: str, tags: Counter[str]) -> int:
    """The traits of a word (or an ending), given how often it has each tag, added up."""
    found = {trait for trait, words in _LISTS.items() if word in words.split()}
    total = max(tags.total(), 1)

    def share(*names: str) -> float:
        return sum(tags[name] for name in names) / total

    if share("RB", "RBR", "RBS") >= _OFTEN:
        found.add(neighbors.ADVERB)
    if share("VBD") >= _SOMETIMES:
        found.add(neighbors.PAST)
    if share("VBZ", "VBP") >= _OFTEN:
        found.add(neighbors.PRESENT)
    if found & {neighbors.HE, neighbors.WE}:
        found.add(neighbors.NOMINAL)
    elif not found & {neighbors.ADVERB, neighbors.AUXILIARY, neighbors.STOP}:
        if share(*_NOMINAL) > _OFTEN:
            found.add(neighbors.NOMINAL)
        if share("NNS", "NNPS") >= _OFTEN:
            found.add(neighbors.PLURAL)
        elif share("NN", "NNP") >= _OFTEN:
            found.add(neighbors.SINGULAR)
    return int(sum(found))


def _clusters(words: list[str]) -> tuple[list[str], NDArray[np.uint16], NDArray[np.uint16]]:
    """Words, those of the vectors' own vocabulary too, with their fine and broad clusters."""
    folder = model_folder()
    vectors = load_file(folder / "model.safetensors")[_VECTORS].astype(np.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    own = (word for word in tokenizer.get_vocab() if len(word) > 1 and word.isalpha())
    words = sorted({*words, *own})
    pieces = [each.ids for each in tokenizer.encode_batch(words, add_special_tokens=False)]
    with threadpool_limits(1):  # sums in one order
        mean = np.stack([vectors[ids or [0]].mean(axis=0) for ids in pieces])
        mean -= mean.mean(axis=0)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True) + 1e-9
        axes = np.linalg.eigh(mean.T @ mean)[1][:, -_DIMENSIONS:]
        fine = MiniBatchKMeans(_FINE, random_state=0, n_init=1, batch_size=4096, max_iter=30)
        of_word = fine.fit(mean @ axes).labels_
        broad = MiniBatchKMeans(_BROAD, random_state=0, n_init=1, batch_size=_FINE)
        of_fine = broad.fit(fine.cluster_centers_).labels_
    return words, (of_word + 1).astype(np.uint16), (of_fine[of_word] + 1).astype(np.uint16)
