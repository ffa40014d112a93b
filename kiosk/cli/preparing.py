"""kiosk events, init, demo, check."""

from __future__ import annotations

import argparse

from kiosk import bootstrap
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.cli.reading import passphrase, passphrase_given, secret_file
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.settings import default_data_folder


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
    secret = passphrase(options.passphrase_file, out.words.say("command.ask_new_passphrase"))
    try:
        bootstrap.init_kiosk(
            data, options.campaign, options.event, options.device.strip().upper(), secret
        )
    except VisitorError as error:
        raise WrongUse(out.words.say(f"error.{error.key}", **error.values)) from error
    with bootstrap.open_kiosk(data, secret) as desk:
        if options.pin_file is not None:
            from kiosk.services.staff import add_staff

            name = options.staff or out.words.say("command.coordinator")
            add_staff(desk, name, secret_file(options.pin_file), coordinator=True)
        value = {
            "data": str(data),
            "event": desk.event.id,
            "device": desk.device.code,
            "practice": desk.campaign.practice,
        }
    out.document(value, [f"{value['data']}  {value['event']}  {value['device']}"])
    return OK


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
