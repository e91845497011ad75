"""Reads meeting papers and says what became of their promises."""

import os
import sys

# Numpy reads this once, when it is imported. The matrices of a sentence are so small that threads only wait for each
# other: with them, extraction takes four times the CPU.
if "numpy" not in sys.modules:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
