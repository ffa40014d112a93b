"""The page for phones: one HTML file that checks certificates in a browser, offline."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.domain.language import Language, Tag, Words
from kiosk.sync.keys_file import KeysFile

_SENTENCES = "verify."
_PARTS = ("vendor/nacl-fast.min.js", "vendor/zxing-reader.js", "statement.js", "page.js")
_READER = "vendor/zxing_reader.wasm"


def keys_page(
    file: KeysFile, room: Path, words: Mapping[Tag, Words], languages: Mapping[Tag, Language]
) -> bytes:
    """The page with this campaign's keys; ``room`` holds its parts (``resources/verify``).

    Its policy lets nothing in from outside and nothing out: the browser itself refuses any
    request, and runs no script but the one whose hash stands in the policy.
    """
    script = "\n".join((room / name).read_text("utf-8") for name in _PARTS)
    style = (room / "page.css").read_text("utf-8")
    data = {
        "keys": _told(file), "fingerprint": file.fingerprint,
        "languages": [
            {"tag": tag, "native": one.native, "rtl": one.right_to_left}
            for tag, one in languages.items()
        ],
        "words": {
            tag: {
                key.removeprefix(_SENTENCES): sentence
                for key, sentence in one.sentences.items()
                if key.startswith(_SENTENCES)
            }
            for tag, one in words.items()
        },
    }  # fmt: skip
    page = (room / "page.html").read_text("utf-8")
    for mark, text in (
        ("POLICY", _policy(script, style)), ("STYLE", style), ("DATA", _embedded(data)),
        ("WASM", base64.b64encode((room / _READER).read_bytes()).decode()), ("SCRIPT", script),
    ):  # fmt: skip
        before, after = page.split(f"<!--{mark}-->" if mark != "POLICY" else "POLICY", 1)
        page = before + text + after
    return page.encode()


def _told(file: KeysFile) -> Mapping[str, Any]:
    return {**file.told, "practice": file.trust.practice}


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_hash(script)}' 'wasm-unsafe-eval';"
        f" style-src '{_hash(style)}';"
        " img-src blob:; media-src blob: mediastream:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
