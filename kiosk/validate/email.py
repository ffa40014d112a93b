"""E-mail addresses, by their form only: the kiosk asks no network."""

from __future__ import annotations

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound, drop_unseen, one_line, refuse_hidden

EMAIL_LIMIT = 254  # characters, RFC 5321 with its erratum 1690


def clean_email(text: str) -> str:
    """The address normalised (domain in small letters); international ones are welcome.

    Raises VisitorError: email, too_long_text, hidden_characters.
    """
    bound(text, EMAIL_LIMIT)
    refuse_hidden(text)
    typed = one_line(drop_unseen(text))
    if not typed:
        return ""
    from email_validator import (  # noqa: PLC0415 - a tenth of a second, with the first address
        EmailNotValidError,
        validate_email,
    )

    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:  # its words repeat what was typed
        raise VisitorError("email") from None
