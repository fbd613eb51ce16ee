"""The toolchain: tagged API modules in, code and manifests out.

Everything here works on text. A module under generation is parsed, never imported, so that one
which cannot run today (its generated half is missing) can still be processed.
"""

import time

__version__ = "0.1.0"
STARTED = time.perf_counter()  # before other imports, which are most of a short run
