"""The manifest: what an export holds, so that anyone can check it without opening it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.export.staging import HashingFile, Made, Staging


def write_manifest(
    staging: Staging,
    name: str,
    facts: Mapping[str, Any],
    files: Sequence[Made],
    plain: Mapping[str, str],
) -> Made:
    """Writes the manifest under its temporary name.

    ``plain`` gives, by the name of a sealed file, the SHA-256 of what is inside.
    """
    listed = [
        {"path": file.name, "rows": file.rows, "sha256": file.sha256}
        | ({"sha256_inside": plain[file.name]} if file.name in plain else {})
        for file in files
    ]
    body = json.dumps({**facts, "files": listed}, ensure_ascii=False, indent=2) + "\n"
    path = staging.part(name)
    with HashingFile(path) as file:
        file.write(body.encode())
    return Made(name, path, len(listed), hashlib.sha256(body.encode()).hexdigest())
