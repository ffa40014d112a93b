"""kiosk campaign, device, passphrase: what a coordinator does before and after the day."""

from __future__ import annotations

import argparse

from kiosk import bootstrap, bootstrap_campaign
from kiosk.cli.output import OK, Output, WrongUse
from kiosk.cli.reading import passphrase as power_on
from kiosk.cli.reading import secret_file
from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.settings import default_data_folder

_ZONE = "Asia/Kolkata"


def new(options: argparse.Namespace, out: Output) -> int:
    """Makes the folder of a campaign of one's own."""
    language = Tag(options.language) if options.language else out.words.tag
    made = bootstrap_campaign.make_campaign(options.folder, options.pack, language)
    out.document(
        {
            "folder": str(made.folder),
            "root": made.root,
            "recipients": list(made.recipients),
            "identities": [str(path) for path in made.identities],
            "recovery_sheet": str(made.sheet),
        },
        [str(made.folder), *(str(path) for path in made.identities), str(made.sheet)],
    )
    out.say("command.campaign_made", folder=made.folder)
    out.say("command.campaign_deputy", file=made.identities[-1])
    out.say("command.campaign_sheet", file=made.sheet)
    return OK


def copy(options: argparse.Namespace, out: Output) -> int:
    """Copies what laptops need of a campaign's folder."""
    bootstrap_campaign.copy_campaign(options.folder, options.to)
    out.document({"folder": str(options.to)}, [str(options.to)])
    out.say("command.campaign_copied", folder=options.to)
    return OK


def enrol(options: argparse.Namespace, out: Output) -> int:
    """Writes the device file of one laptop."""
    sealing = None if options.passphrase_file is None else secret_file(options.passphrase_file)
    code = options.code.strip().upper()
    try:
        state = bootstrap_campaign.enrol_device(options.campaign, code, options.to, sealing)
    except VisitorError as error:
        raise WrongUse(out.words.say(f"error.{error.key}", **error.values)) from error
    value = {
        "code": state.code, "id": state.id, "file": str(options.to),
        "sealed": sealing is not None, "code_used_before": state.shared_code,
    }  # fmt: skip
    out.document(value, [f"{state.code}  {state.id}  {options.to}"])
    out.say("command.enrolled", code=state.code, file=options.to)
    if state.shared_code:
        out.say("command.code_used", code=state.code)
    return OK


def devices(options: argparse.Namespace, out: Output) -> int:
    """The laptops of a campaign, and which of them were lost."""
    found = bootstrap_campaign.campaign_devices(options.campaign)
    value = [
        {
            "id": one.id, "code": one.code, "enrolled_at": one.at,
            "shared_code": one.shared_code, "revoked_after_batch": one.revoked_after,
            "reason": one.reason,
        }
        for one in found
    ]  # fmt: skip
    out.document(value, [_line(one) for one in found])
    return OK


def _line(one: bootstrap_campaign.DeviceState) -> str:
    day = "—" if one.at is None else written_date(local_time(one.at, _ZONE).date())
    parts = [one.id, one.code or "—", day]
    if one.revoked_after is not None:
        parts.append(f"✗ > {one.revoked_after}: {one.reason}")
    return "  ".join(parts) + ("  ⚠" if one.shared_code else "")


def revoke(options: argparse.Namespace, out: Output) -> int:
    """Writes down that a laptop was lost."""
    device = bootstrap_campaign.revoke_device(
        options.campaign, options.device, options.after_batch, options.reason
    )
    out.document({"device": device, "after_batch": options.after_batch}, [device])
    out.say("command.revoked", device=options.device, after=options.after_batch)
    return OK


def passphrase(options: argparse.Namespace, out: Output) -> int:
    """Sets a new power-on passphrase with a coordinator's identity."""
    data = options.data or default_data_folder()
    chosen = power_on(options.passphrase_file, out.words.say("command.ask_new_passphrase"))
    with bootstrap.reset_passphrase(data, options.identity, chosen) as desk:
        out.say_renewed(desk.device)
        out.document({"data": str(data), "device": desk.device.code}, [desk.device.code])
    out.say("command.passphrase_set")
    return OK
