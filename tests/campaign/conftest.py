"""A coordinator's own pack, to be changed at will."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "campaigns" / "gem-samvad"


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "own-pack"))
