"""Files as kiosks leave them on a target; what is in them does not matter to a carrier."""

from __future__ import annotations

import hashlib
import random

DEVICE = "5e1f0c9a7b3d42e6a1908f7c6d5b4a32"
OTHER_DEVICE = "00112233445566778899aabbccddeeff"


def batch_files(count: int, size: int = 20_000, device: str = DEVICE) -> dict[str, bytes]:
    """Contents by name, the same every time."""
    chance = random.Random(f"{count} {size} {device}")
    contents = [chance.randbytes(size + at) for at in range(count)]
    return {
        f"{device}/{at}-{hashlib.sha256(content).hexdigest()}.ekb": content
        for at, content in enumerate(contents, start=1)
    }
