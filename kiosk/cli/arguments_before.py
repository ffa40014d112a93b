"""The arguments of what is done before the day: the kiosk, the campaign, its laptops, forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.cli.options import LATER, add, common, count, in_store


def preparing(commands: Any) -> None:  # noqa: ANN401
    events = add(
        commands, "events", "preparing:events", "the events of a campaign", without_data=True
    )
    events.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")
    init = add(
        commands, "init", "preparing:init", "make the data folder of one kiosk", without_data=True
    )
    init.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    init.add_argument("--event", required=True, metavar="ID")
    init.add_argument("--device", required=True, metavar="CODE-or-FILE")
    init.add_argument(
        "--device-passphrase-file", metavar="FILE", help="file with the device file's passphrase"
    )
    init.add_argument(
        "--delete-device-file", action="store_true", help="when the kiosk is made, without asking"
    )
    init.add_argument("--staff", metavar="NAME", help="name of the first coordinator")
    init.add_argument("--pin-file", help="file with that coordinator's PIN")
    demo = add(
        commands, "demo", "preparing:demo", "fill a new data folder with a practice day",
        without_data=True,
    )  # fmt: skip
    demo.add_argument("--attendees", type=count, default=60, metavar="N")
    demo.add_argument("--seed", type=int, default=2019, metavar="S")
    add(commands, "check", "preparing:check", "self-check of this kiosk")
    passphrase = add(
        commands, "passphrase", "campaign:passphrase",
        "set a new power-on passphrase with a coordinator's identity", without_data=True,
    )  # fmt: skip
    passphrase.add_argument("--identity", type=Path, required=True, metavar="FILE")


def campaign(commands: Any) -> None:  # noqa: ANN401
    campaign = commands.add_parser(
        "campaign", help="campaigns of one's own: new, copy, keys", parents=[common(LATER)]
    )
    of_campaign = campaign.add_subparsers(title="campaign", required=True, metavar="WHAT")
    new = add(of_campaign, "new", "campaign:new", "a campaign of one's own", without_data=True)
    new.add_argument("folder", type=Path, metavar="FOLDER")
    new.add_argument("--pack", required=True, metavar="NAME-or-FOLDER")
    new.add_argument("--language", metavar="CODE", help="of the recovery sheet")
    copy = add(
        of_campaign, "copy", "campaign:copy", "copy what laptops need, without private keys",
        without_data=True,
    )  # fmt: skip
    copy.add_argument("folder", type=Path, metavar="FOLDER")
    copy.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    keys = add(
        of_campaign, "keys", "trusting:keys",
        "a file with which anybody can check certificates; no word of any visitor",
        without_data=True,
    )  # fmt: skip
    keys.add_argument("--to", type=Path, required=True, metavar="FILE")
    in_store(keys, "trusting:keys_in", of_event=False)


def device(commands: Any) -> None:  # noqa: ANN401
    device = commands.add_parser(
        "device", help="laptops: enrol, list, revoke", parents=[common(LATER)]
    )
    of_device = device.add_subparsers(title="device", required=True, metavar="WHAT")
    enrol = add(
        of_device, "enrol", "campaign:enrol",
        "an identity for one laptop; sealed where --passphrase-file is given", without_data=True,
    )  # fmt: skip
    enrol.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    enrol.add_argument("--code", required=True, metavar="CODE")
    enrol.add_argument("--to", type=Path, required=True, metavar="FILE")
    listed = add(
        of_device, "list", "campaign:devices", "the laptops of a campaign", without_data=True
    )
    listed.add_argument("--campaign", type=Path, required=True, metavar="FOLDER")
    revoke = add(of_device, "revoke", "campaign:revoke", "a laptop was lost", without_data=True)
    revoke.add_argument("--campaign", type=Path, required=True, metavar="FOLDER")
    revoke.add_argument("device", metavar="ID-or-CODE")
    revoke.add_argument("--after-batch", type=int, required=True, metavar="N")
    revoke.add_argument("--reason", required=True, metavar="TEXT")


def forms(commands: Any) -> None:  # noqa: ANN401
    form = commands.add_parser("form", help="forms: check, fill, add", parents=[common(LATER)])
    of_form = form.add_subparsers(title="form", required=True, metavar="WHAT")
    check = add(of_form, "check", "forms:check", "review a form", without_data=True)
    check.add_argument("file", type=Path, metavar="FILE")
    fill = add(of_form, "fill", "forms:fill", "run one session with a form", without_data=True)
    fill.add_argument("file", type=Path, metavar="FILE")
    fill.add_argument("--answers", required=True, metavar="FILE.json")
    fill.add_argument("--language", metavar="CODE")
    install = add(of_form, "add", "forms:add", "check and install a form for the event")
    install.add_argument("file", type=Path, metavar="FILE")
