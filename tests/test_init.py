"""What `import pngnw` gives, whatever was imported before."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "statement",
    [
        "import pngnw; assert 'numpy' not in sys.modules",
        "from pngnw.normalize import normalize, normalize_all, NormalizedText; import pngnw",
        "from pngnw import Phonemizer; import pngnw, pngnw.phonemize.phonemizer",
    ],
)
def test_normalize_is_the_function_and_its_package_can_be_imported(statement: str) -> None:
    script = f"import sys; {statement}\nassert pngnw.normalize('3 kg').text == 'three kilograms'"
    script += "\nfrom pngnw.normalize import normalize, normalize_all\n"
    script += "assert normalize_all(['3 kg']) == [normalize('3 kg')] == [pngnw.normalize('3 kg')]"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
