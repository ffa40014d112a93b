"""Why a batch is not taken: a reason for the screen and the store, and never half a batch."""

from __future__ import annotations

from kiosk.errors import VisitorError

# Each is a sentence of the word lists, error.<reason>, and what a merged store notes.
REASONS = (
    "batch_magic",  # no batch at all
    "batch_truncated",  # it ends within its header
    "batch_header",  # the header is not as this program writes it
    "batch_newer",  # a newer program wrote it
    "batch_foreign",  # of another campaign
    "batch_event",  # of an event that is not in the campaign's pack
    "batch_unknown_device",  # the campaign's root did not enrol who wrote it
    "device_revoked",  # written after its device was lost
    "batch_signature",  # the device did not sign this header
    "batch_damaged",  # the body is not the one that was signed, or cannot be unpacked
    "batch_closed",  # sealed for others than these identities
    "batch_bomb",  # it unpacks to more than any batch holds
    "batch_contents",  # it says what no kiosk says
    "batch_chain",  # hashes, commitments and head do not fit each other
)


class BatchRefused(VisitorError):  # noqa: N818 - a finding; a merge goes on with the next file
    """A batch that cannot be taken; ``key`` is one of REASONS. Nothing was changed."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.detail = detail  # for whoever mends the program, in English

    def __str__(self) -> str:
        return f"{self.key}: {self.detail}" if self.detail else self.key

    def __reduce__(self) -> tuple[type[BatchRefused], tuple[str, str]]:
        return BatchRefused, (self.key, self.detail)
