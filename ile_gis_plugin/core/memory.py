"""How the system gives memory to arrays."""

from __future__ import annotations

import numpy as np

# The most that glibc, from then on, keeps for the next array.
_BLOCK_BYTES = 31 * 2**20


def keep_freed_memory() -> None:
    """Let large arrays take the memory of earlier ones; for jobs that work block by block.

    glibc returns a large array to the system at once and has the next one's pages cleared anew,
    which costs such a job a quarter of its time, until a larger array was freed: then it keeps
    what is up to that size. Other systems are not affected.
    Source: mallopt(3), M_MMAP_THRESHOLD (dynamic).
    """
    block = np.empty(_BLOCK_BYTES, dtype=np.uint8)
    del block
