"""kiosk events, init, demo, check."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk import bootstrap
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.cli.reading import passphrase, passphrase_given, secret, secret_file
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.desk import Desk
from kiosk.settings import default_data_folder
from kiosk.sync.device_file import DeviceFile


def events(options: argparse.Namespace, out: Output) -> int:
    """The events of a campaign."""
    campaign = bootstrap.load_campaign(options.campaign)
    tag = out.words.tag
    value = [
        {
            "id": event.id,
            "name": event.name.get(tag) or event.name["en"],
            "state": event.state,
            "date": event.day.isoformat(),
            "venue": event.venue.get(tag) or event.venue["en"],
            "sample": event.sample,
        }
        for event in campaign.events
    ]
    out.document(value, [f"{one['id']}  {one['date']}  {one['name']}" for one in value])
    return OK


def init(options: argparse.Namespace, out: Output) -> int:
    """Makes the data folder of one kiosk for one event-day."""
    data = options.data or default_data_folder()
    power_on = passphrase(options.passphrase_file, out.words.say("command.ask_new_passphrase"))
    device = _device(options, out)
    try:
        bootstrap.init_kiosk(data, options.campaign, options.event, device, power_on)
    except VisitorError as error:
        raise WrongUse(out.words.say(f"error.{error.key}", **error.values)) from error
    with bootstrap.open_kiosk(data, power_on) as desk:
        if options.pin_file is not None:
            from kiosk.services.staff import add_staff

            name = options.staff or out.words.say("command.coordinator")
            add_staff(desk, name, secret_file(options.pin_file), coordinator=True)
        value = {
            "data": str(data),
            "event": desk.event.id,
            "device": desk.device.code,
            "practice": desk.campaign.practice,
            "device_file": None if isinstance(device, str) else options.device,
        }
    out.document(value, [f"{value['data']}  {value['event']}  {value['device']}"])
    if not isinstance(device, str):
        _consume(Path(options.device), options, out)
    return OK


def _device(options: argparse.Namespace, out: Output) -> str | DeviceFile:
    """A code, or the device file that has this name."""
    path = Path(options.device)
    named = len(path.parts) > 1 or bool(path.suffix)
    if not (named or path.is_file()):
        return str(options.device.strip().upper())
    try:
        return bootstrap.open_device_file(path)
    except EnvironmentFault as fault:
        if fault.key != "device_file_sealed":
            raise
    if options.device_passphrase_file is None and not sys.stdin.isatty():
        raise EnvironmentFault("device_file_sealed", path=path)
    prompt = out.words.say("command.ask_transfer_passphrase")
    return bootstrap.open_device_file(path, secret(options.device_passphrase_file or "-", prompt))


def _consume(path: Path, options: argparse.Namespace, out: Output) -> None:
    """The file has done its work: a second laptop with it would be taken for this one."""
    if not options.delete_device_file and sys.stdin.isatty() and not out.as_json:
        question = out.words.say("command.ask_delete_device_file", file=path)
        options.delete_device_file = input(question).strip().lower().startswith("y")
    if not options.delete_device_file:
        out.say("command.device_file_delete", file=path)
        return
    try:
        path.unlink()
    except OSError as error:
        raise EnvironmentFault("file_unwritable", path=path) from error
    out.say("command.device_file_deleted", file=path)


def demo(options: argparse.Namespace, out: Output) -> int:
    """Fills a new data folder with a practice day."""
    data = options.data or default_data_folder()
    day = bootstrap.demo_kiosk(
        data,
        passphrase(options.passphrase_file, "")
        if passphrase_given(options.passphrase_file)
        else bootstrap.PRACTICE_PASSPHRASE,
        attendees=options.attendees,
        seed=options.seed,
        progress=lambda done, of: out.progress("command.step_practice", done, of),
    )
    value = {
        "data": str(data),
        "attendees": day.attendees,
        "responses": day.responses,
        "certificates": day.certificates,
        "practice": True,
    }
    out.document(value, [f"{key}: {one}" for key, one in value.items()])
    return OK


def check(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Says in words what is not fit."""
    from kiosk.services.fitness import check_fitness

    found = check_fitness(desk)
    value = [
        {
            "name": one.name,
            "ok": one.ok,
            "message": out.words.say(f"fitness.{one.key}", **one.values),
        }
        for one in found
    ]
    out.document(
        value, [f"{'✓' if one['ok'] else '✗'} {one['name']}: {one['message']}" for one in value]
    )
    return OK if all(one.ok for one in found) else DATA_WRONG
