"""`python -m pngnw`: see `pngnw.cli`.

Where a package is missing, `doctor` still runs, and everything else says so in one line.
"""

import sys

try:
    from pngnw.cli import main
except ImportError as error:
    if sys.argv[1:2] != ["doctor"]:
        raise SystemExit(
            f"pngnw: {error.name} cannot be imported by {sys.executable} "
            f"({error.__class__.__name__}); `python -m pngnw doctor` says what to do"
        ) from None
    from pngnw.tools import doctor

    doctor.main(sys.argv[2:])
else:
    main()
