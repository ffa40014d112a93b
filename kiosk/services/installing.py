"""A form is taken into use for the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.ids import FormId
from kiosk.errors import VisitorError
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.ports import InstalledForm

if TYPE_CHECKING:
    from kiosk.forms.linter import FormSource

# Without these a registration would be of nobody: question -> the kind that it must have.
MUST_ASK = {"name": "text", "does": "select_one"}


def install_form(desk: Desk, source: FormSource) -> InstalledForm:
    """Installs a form under its own id; a newer version takes the older one's place.

    Raises VisitorError ``form_lacks`` for a registration form without name or work, and
    ``form_same_version`` where other content stands under the same version already.
    """
    form_id = FormId(source.form.id)
    if form_id == REGISTRATION:
        kinds = {one.name: one.kind for one in source.form.questions if one.required is not None}
        lacking = [name for name, kind in MUST_ASK.items() if kinds.get(name) != kind]
        if lacking:
            raise VisitorError("form_lacks", code="malformed", names=", ".join(lacking))
    installed = InstalledForm(form_id, source.version, source.sha256, source.xform)
    for held in desk.record.forms():
        same = (held.id, held.version) == (installed.id, installed.version)
        if same and held.xform != installed.xform:
            raise VisitorError("form_same_version", code="malformed", version=held.version)
    with desk.record.writing() as writing:
        writing.install_form(installed)
    return installed
