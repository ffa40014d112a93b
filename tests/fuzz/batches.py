"""Opens batches that atheris makes up, for as long as one likes; run by hand, never by pytest.

    .venv/bin/pip install atheris
    nice -n 19 .venv/bin/python -m tests.fuzz.batches -max_total_time=3600 CORPUS

A flipped byte would only ever be seen by the signature and the hashes. So the fuzzer plays a
dishonest laptop: by the first byte it makes up the file, the header (then signed), what is
encrypted, the lines (compressed), or one body. Nothing but BatchRefused may come out.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["kiosk.sync", "kiosk.domain"]):
    import json

    import zstandard

    from kiosk.domain.batch import Opened
    from kiosk.sync.bodies import read_body
    from kiosk.sync.contents import read_nobody
    from kiosk.sync.header import claimed_header
    from kiosk.sync.packing import pack
    from kiosk.sync.refusal import REASONS, BatchRefused
    from kiosk.sync.unpacking import unpack
    from tests.sync import samples

OPENER = samples.opener()
GOOD = samples.sealed(samples.visit())
RAW, SIGNATURE, BODY = samples.parts(GOOD)
HEADER = claimed_header(GOOD)
LINES = pack(samples.visit())


def as_file(data: bytes) -> object:
    return OPENER.open(data)


def as_header(data: bytes) -> object:
    return OPENER.open(samples.signed(data, samples.SIGNING, BODY))


def as_fields(data: bytes) -> object:
    """JSON of some fields that replace those of a good header."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    return OPENER.open(samples.with_header(GOOD, **fields))


def as_body(data: bytes) -> object:
    return OPENER.open(samples.with_body(data))


def as_packed(data: bytes) -> object:
    return OPENER.open(samples.with_body(samples.encrypted(data)))


def as_lines(data: bytes) -> object:
    return unpack(data, HEADER)


def as_one_line(data: bytes) -> object:
    """A line of a good batch replaced, so that the others let it through."""
    lines = LINES.split(b"\n")
    if data:
        lines[data[0] % len(lines)] = data[1:]
    return unpack(b"\n".join(lines), HEADER)


def as_said(data: bytes) -> object:
    return read_body(data)


def as_nobody(data: bytes) -> object:
    return read_nobody(data)


def as_compressed(data: bytes) -> object:
    return as_packed(zstandard.ZstdCompressor().compress(data))


WAYS = (
    as_file, as_header, as_fields, as_body, as_packed, as_lines, as_one_line, as_said, as_nobody,
    as_compressed,
)  # fmt: skip


def one(data: bytes) -> None:
    if not data:
        return
    try:
        opened = WAYS[data[0] % len(WAYS)](data[1:])
    except BatchRefused as refused:
        if refused.key not in REASONS:
            raise
    else:
        if isinstance(opened, Opened):
            check(opened)


def check(opened: Opened) -> None:
    """What is taken is a chain up to the head that was signed."""
    if opened.told and opened.told[-1].hash != opened.header.head:
        raise AssertionError("a batch whose head is another")


def seeds() -> list[bytes]:
    lines = LINES.split(b"\n")
    nobody = pack(samples.leaving([], {}, anonymous=samples.nobodies(1))).split(b"\n")[-1]
    told = [(0, GOOD), (1, RAW), (2, b'{"last":7}'), (3, BODY), (5, LINES), (9, LINES)]
    told += [(6, bytes([at]) + line) for at, line in enumerate(lines)]
    told += [(7, line) for line in lines[8:]] + [(8, nobody)]
    return [bytes([way]) + data for way, data in told]


def main() -> None:
    folder = next((one for one in sys.argv[1:] if not one.startswith("-")), None)
    if folder is not None:
        from pathlib import Path

        Path(folder).mkdir(exist_ok=True)
        for at, seed in enumerate(seeds()):
            (Path(folder) / f"seed-{at}").write_bytes(seed)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
