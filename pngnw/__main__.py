"""`python -m pngnw`: the command line of `pngnw.cli`."""

from pngnw.cli import main

main()
