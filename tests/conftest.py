"""Settings that every test needs before NumPy is loaded."""

from __future__ import annotations

import os
import signal

# two test processes on two cores: threads inside linear algebra only get in each other's way
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# a shell that puts us in the background has us, and our children, ignore the signal of Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)

# no timed asserts, and the same examples on every machine
settings.register_profile("probatum", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("probatum")
