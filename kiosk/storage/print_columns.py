"""The print queue's columns, as they are read and written."""

from __future__ import annotations

PRINT_COLUMNS = (
    "id, title, kind, pdf, state, message, queued_at, attendee_id, serial, printer, batch,"
    " settled_at"
)
SETTLED = "('done', 'cancelled', 'handed')"  # nobody waits for these any more
PRINTER_OF = "printer:"  # the key in ``meta``, before the kind of sheet
