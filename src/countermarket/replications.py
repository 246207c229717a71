"""`python -m countermarket.replications`: the pages of `replications/` anew. The code stands in `evidence/`."""

import sys

from countermarket.evidence.replications.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
