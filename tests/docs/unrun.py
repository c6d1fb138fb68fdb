"""Commands in README and docs that are not run as printed by the test of blocks, with reasons.

The key is (file, command without its comment), or for Python (file, first line of the block). An
entry that no block needs any more fails the test.
"""

Place = tuple[str, str]

_CI = ".ci/run does it, beside these tests"
_WEIGHTS = "wants the published weights, which no index has; tests/test_cli.py has made-up ones"
_NETWORK = "downloads from the package index"
_CLUSTER = "opens ports for a cluster; tests/engine has a Ray of its own where it is installed"

_SERVES = "serves until it is stopped; tests/tools/demo starts it and stops it"
_CHAOS = "half an hour of kills; tests/chaos has single ones"

NOT_RUN: dict[Place, str] = {
    ("README.md", "make test"): "it runs these tests",
    ("README.md", "python -m pngnw demo"): _SERVES,
    ("docs/demo.md", "python -m pngnw demo"): _SERVES,
    (
        "docs/homographs.md",
        "python -m pngnw.tools.homographs.training --data ../shared/data/homographs",
    ): "minutes, and overwrites the shipped weights; tests/tools/homographs trains small ones",
    ("CONTRIBUTING.md", "make lint"): _CI,
    ("CONTRIBUTING.md", "make docs"): _CI,
    (
        "docs/teacher.md",
        "dvc exp run -S teach.backend=torchmoji -S teach.watch=/path/to"
        " -S teach.torchmoji.weights=/path/to/pytorch_model.bin",
    ): _WEIGHTS,
    (
        "docs/teacher.md",
        "echo 'I love it!' | python -m pngnw teach --json --backend torchmoji"
        " --weights /path/to/pytorch_model.bin",
    ): _WEIGHTS,
    ("docs/scale.md", "pip install '.[ray]'"): _NETWORK,
    ("docs/use-in-tts.md", "pip install '.[export]'"): _NETWORK,
    (
        "docs/use-in-tts.md",
        "from transformers import AutoModel",
    ): "wants transformers; tests/tools/export/test_hugging_face.py has it where it is installed",
    (
        "docs/use-in-tts.md",
        "python -m pngnw export --hub user/name",
    ): "uploads to a public hub; tests/tools/export has one on disk",
    (
        "docs/import.md",
        "python -m pngnw import last.ckpt --vocab pngnwbert/vocab.txt --out models/first",
    ): "wants a checkpoint of the first implementation; tests/tools/importer makes one",
    ("docs/scale.md", "ray start --head --port 6379"): _CLUSTER,
    ("docs/faults.md", "python -m tests.chaos --kills 30 --seed 0"): _CHAOS,
    ("docs/faults.md", "python -m tests.chaos --kills 10 --stages speech,evaluate"): _CHAOS,
    (
        "docs/probes.md",
        "python -m pngnw probe --model models/encoder --out probes.json",
    ): "wants labelled sets; tests/probe has made-up ones",
    (
        "docs/voice.md",
        'python -m pngnw say -o - "What a lovely day!" | aplay -f S16_LE -r 22050',
    ): "wants a loudspeaker; tests/voice writes a file",
    (
        "docs/speech.md",
        "git clone --depth 1 https://github.com/rhasspy/dataset-voice-kathleen recordings/kathleen"
        ' && (cd recordings && for t in kathleen/data/*.txt; do echo "${t%.txt}|$(cat "$t")"; done'
        " | awk -F'|' '!seen[$2]++' > metadata.csv)",
    ): "946 MB from elsewhere; tests/speech has recordings of its own",
    ("docs/gpu.md", "make gpu"): "wants a GPU; tests/benchmarks has its small version",
    ("docs/hostile.md", "python -m pytest tests/fuzz"): "these tests have it beside them",
}

# Run in the place of what is printed: the same command, made short.
INSTEAD: dict[Place, tuple[str, str]] = {
    ("README.md", "python -m pngnw preset small"): (
        "python -m pngnw preset tiny",
        "minutes; python -m tests.stranger types the section as printed",
    ),
    ("README.md", 'git commit -qam "small run"'): (
        'git commit -q --allow-empty -am "small run"',
        "the run at the tiny preset is committed already",
    ),
    ("README.md", "dvc exp run -S model.pos_emb=sinusoidal"): (
        "dvc exp run -S model.pos_emb=sinusoidal pretrain",
        "tests/pipeline runs it whole, and looks at which stages it reruns",
    ),
    ("CONTRIBUTING.md", "python -m pytest tests/model -n 2"): (
        "python -m pytest tests/model/test_inputs.py",
        "these tests have the others beside them",
    ),
    ("docs/hostile.md", "python -m tests.fuzz --inputs 1000000 --seed 0 --workers 2"): (
        "python -m tests.fuzz --inputs 40 --seed 0 --workers 1",
        "hours",
    ),
}
