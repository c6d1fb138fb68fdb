"""One page about a run, to look at and to listen to: `python -m pngnw report`.

What it shows is what the stages wrote into metrics/ and plots/; it never reads data/ or models/,
so that it takes seconds for any corpus and works after `dvc pull`.
"""
