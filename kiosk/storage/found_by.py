"""What an attendee is found by: words and their keys, number, phone, e-mail."""

from __future__ import annotations

import re

from kiosk.storage.folding import keys_of, latin_keys, words
from kiosk.storage.rows import Row

_LAST_DIGITS = re.compile(r"([0-9]{1,12})$")


def finding_of(attendee_id: str, row: Row) -> tuple[str, str, str, int, str, str, str]:
    """An attendee's row of ``finding``, without the event."""
    mobile = national_digits(row["mobile"])
    number = _LAST_DIGITS.search(row["number"])
    return (
        attendee_id, ranked(words(row["name"])), ranked(words(row["organisation"])),
        int(number[1]) if number else -1, mobile, mobile[::-1], row["email"].casefold(),
    )  # fmt: skip


def all_keys(row: Row) -> list[str]:
    """Every key under which the words of an attendee's name and organisation are found."""
    return keys_of((*words(row["name"]), *words(row["organisation"])))


def said_in(*ranking: str) -> list[str]:
    """The words as they were written, of what ``ranked`` made of them."""
    return [word for text in ranking for word in text.partition("\n")[0].split()]


def ranked(name: list[str]) -> str:
    """The words as ranking reads them: as written, a line break, their first Latin keys."""
    latin = (keys[0] if (keys := latin_keys(word)) else word for word in name)
    return " ".join(name) + "\n" + " ".join(latin)


def national_digits(mobile: str) -> str:
    """A number's digits without the prefix of India (+91) or of trunk calls (0)."""
    digits = "".join(sign for sign in mobile if "0" <= sign <= "9")
    if len(digits) == 12 and digits.startswith("91"):
        return digits[2:]
    return digits[1:] if len(digits) == 11 and digits.startswith("0") else digits
