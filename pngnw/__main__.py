"""`python -m pngnw`: see `pngnw.cli`."""

from pngnw.cli import main

main()
