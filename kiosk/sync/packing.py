"""What leaves, as the lines of a batch (``kiosk.sync.contents``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiosk.domain.batch import Leaving, Told
from kiosk.domain.change import commit_to
from kiosk.sync.contents import GONE, Columns, Head, encode_line, nobody_line, read_columns


def pack(leaving: Leaving) -> bytes:
    """The lines, for ``kiosk.sync.unpacking``. Raises BatchRefused where no opener takes them."""
    told = leaving.told
    sayings: dict[tuple[str, str, str, int], int] = {}
    people = _People(leaving)
    owners = [people.place_of(one) for one in told]
    columns = Columns(
        sayings=[
            sayings.setdefault((one.entity, one.kind, one.actor, one.schema), len(sayings))
            for one in told
        ],
        clocks=list(_clock_steps(told)),
        owners=list(_steps(owners)),
        ids=[None if one.entity_id == one.person_id else one.entity_id for one in told],
        people=[person for person, _ in people.places],
        salts=[salt.hex() for _, salt in people.places],
        commitments=[one.commitment.hex() for one in told if one.body is None],
    )
    head = Head(list(sayings), sorted(leaving.erased), len(leaving.anonymous))
    lines = [encode_line(head), *map(encode_line, columns)]
    read_columns(lines)
    lines += [GONE if one.body is None else one.body for one in told]
    return b"\n".join(lines + [nobody_line(one) for one in leaving.anonymous])


class _People:
    """Whose payloads there are, each with the salt that they are committed to under."""

    def __init__(self, leaving: Leaving) -> None:
        self.places: dict[tuple[str, bytes], int] = {}
        self._salts = leaving.salts

    def place_of(self, one: Told) -> int | None:
        if one.person_id is None or one.body is None:
            return None
        person = (one.person_id, self._salt_of(one.person_id, one.body, one.commitment))
        return self.places.setdefault(person, len(self.places))

    def _salt_of(self, person_id: str, body: bytes, commitment: bytes) -> bytes:
        salts = self._salts[person_id]
        if len(salts) == 1:
            return salts[0]
        return next(salt for salt in salts if commit_to(salt, body) == commitment)


def _clock_steps(told: Sequence[Told]) -> Iterator[int]:
    last = 0
    for one in told:
        now = int.from_bytes(one.hlc, "big")
        if now <= last:
            raise ValueError("a chain whose clock runs backwards")
        another = (now >> 16) - (last >> 16)
        yield -another if another and not now & 0xFFFF else now - last
        last = now


def _steps(owners: Sequence[int | None]) -> Iterator[int | None]:
    last = 0
    for owner in owners:
        yield None if owner is None else owner - last
        last = last if owner is None else owner
