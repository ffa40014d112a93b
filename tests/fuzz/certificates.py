"""Fuzzing of what a scanner reads from a certificate's QR, with atheris (coverage-guided):

    .venv/bin/python -m tests.fuzz.certificates -max_total_time=600

Run by hand. Whatever comes, the reader answers with a statement or with VisitorError, and what it
takes is what it would have written: nothing else is ever believed.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports():
    from kiosk.errors import VisitorError
    from kiosk.services.attesting import ATTESTED
    from kiosk.services.printed import compared
    from kiosk.sync.attest import Attester
    from kiosk.sync.attest_code import pack, unpack
    from kiosk.sync.attest_names import pack_name, unpack_name
    from kiosk.sync.crockford import to_symbols
    from kiosk.sync.keys_file import read_keys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.ids import CampaignId
from kiosk.sync.trust import CampaignTrust

_ROOT = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
_READER = Attester(
    CampaignTrust(CampaignId("samvad"), practice=False, root_public=_ROOT, recipients=())
)


def try_one(raw: bytes) -> None:
    """One text of a scanner, one statement, one name, one keys file, one page."""
    for text in (ATTESTED + to_symbols(_READER.tag + raw), raw.decode("latin-1")):
        try:
            _READER.read(text)
        except VisitorError:
            continue
        raise AssertionError(text)
    with suppress(ValueError):
        assert pack(unpack(raw)) == raw
    with suppress(ValueError):
        assert pack_name(unpack_name(raw)) == raw
    with suppress(VisitorError):
        read_keys(raw)
    compared(raw.decode("utf-8", "replace"), "सुनीता शर्मा", "KA1-C-0001")


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
