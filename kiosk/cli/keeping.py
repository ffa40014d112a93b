"""kiosk purge, backup, restore."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kiosk.bootstrap import PRACTICE_PASSPHRASE
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.cli.reading import passphrase, passphrase_given
from kiosk.domain.clock import Clock, local_time, written_date
from kiosk.errors import EnvironmentFault
from kiosk.services import purging
from kiosk.services.desk import Desk
from kiosk.settings import default_data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.bootstrap_backups import KioskBackups
    from kiosk.bootstrap_desks import Desks
    from kiosk.bootstrap_keeping import Restored

COORDINATOR = "coordinator"


def purge(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Erases what may be kept no longer; then a backup without it takes the place of others."""
    from kiosk import bootstrap_keeping

    records = bootstrap_keeping.event_records(desk)
    due = purging.look(records, desk.campaign.notice.retention_days, desk.clock)
    if not _agreed(due, desk.clock, options, out):
        return DATA_WRONG
    if due and not options.dry_run:
        purging.drop_exports(desk.folder)
    purged = _erase(records, due, desk.clock, options, out)
    backups = bootstrap_keeping.backups_of(desk)
    older = _older_backups(backups, options, out)
    outlived = backups.outlived()
    for one in outlived:
        day = written_date(local_time(one.made_at, desk.event.zone).date())
        out.say("keep.outlived", file=one.path, date=day)
    left = {"older_backups": older, "outlived": [str(one.path) for one in outlived]}
    return _tell_purged(purged, due, options, out, left)


def _older_backups(backups: KioskBackups, options: argparse.Namespace, out: Output) -> str | None:
    """A backup without who was erased takes the place of the older ones; else where these lie."""
    place = backups.place()
    if options.dry_run or place is None:
        return None
    try:
        backups.keep()
    except EnvironmentFault as fault:
        out.say(f"fault.{fault.key}", **fault.values)
        out.say("keep.older_backups", folder=place)
        return str(place)
    return None


def purge_store(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """The same in a merged store, across its events."""
    from kiosk import bootstrap_keeping

    records = bootstrap_keeping.store_records(desks)
    due = purging.look(records, desks.campaign.notice.retention_days, desks.clock)
    if not _agreed(due, desks.clock, options, out):
        return DATA_WRONG
    purged = _erase(records, due, desks.clock, options, out)
    return _tell_purged(purged, due, options, out, {})


def _agreed(
    due: Sequence[purging.Due], clock: Clock, options: argparse.Namespace, out: Output
) -> bool:
    """A clock that is wrong erases people: where it may be, a person looks."""
    if options.yes or options.dry_run or not due:
        return True
    count = sum(len(one.people) for one in due)
    if sys.stdin is not None and sys.stdin.isatty():
        out.say("keep.ask_purge", count=count)
        return sys.stdin.readline().strip().casefold() in {"yes", "y"}
    if purging.is_far(due, clock):
        out.say("keep.purge_far", count=count)
        return False
    return True


def _erase(
    records: Sequence[purging.EventRecord],
    due: Sequence[purging.Due],
    clock: Clock,
    options: argparse.Namespace,
    out: Output,
) -> purging.Purged:
    if options.dry_run:
        return purging.Purged()
    return purging.purge(
        records, due, COORDINATOR, clock,
        lambda _step, done, of: out.progress("keep.step_erase", done, of),
    )  # fmt: skip


def _tell_purged(
    purged: purging.Purged,
    due: Sequence[purging.Due],
    options: argparse.Namespace,
    out: Output,
    left: Mapping[str, Any],
) -> int:
    counted = {one.event_id: len(one.people) for one in due}
    value = {
        "erased": purged.erased,
        "withdrawn": purged.withdrawn,
        "due": sum(counted.values()),
        "events": counted,
        "sealed": [one.name for one in purged.sealed],
        "dry_run": options.dry_run,
        **left,
    }
    key = "keep.would_purge" if options.dry_run else "keep.purged"
    out.document(value, [out.words.say(key, erased=purged.erased, due=value["due"])])
    return OK


def backup(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Writes the whole data folder to a file, or chooses where regular backups go."""
    from kiosk import bootstrap_keeping

    backups = bootstrap_keeping.backups_of(desk)
    if options.keep is not None:
        backups.choose(options.keep)
        made = backups.keep()
        if made is None:
            raise WrongUse("--keep DIR")
    else:
        made = backups.write(
            options.to.absolute(),
            lambda _step, done, of: out.progress("keep.step_backup", done, of),
        )
    value = {"sha256": made.sha256, "file": str(made.path), "bytes": made.path.stat().st_size}
    out.document(value, [out.words.say("keep.backed_up", file=made.path)])
    return OK


def restore(options: argparse.Namespace, out: Output) -> int:
    """Puts a backup into an empty data folder."""
    data = options.data or default_data_folder()
    done = _restore(data, options, out)
    value = {
        "sha256": done.sha256, "data": str(done.data), "made_at": done.made_at,
        "erased": done.buried,
    }  # fmt: skip
    out.document(value, [out.words.say("keep.restored", data=done.data, erased=done.buried)])
    return OK


def _restore(data: Path, options: argparse.Namespace, out: Output) -> Restored:
    from kiosk.bootstrap_keeping import restore as restore_backup

    def told(_step: str, done: int, of: int) -> None:
        out.progress("keep.step_restore", done, of)

    if options.identity is None and not passphrase_given(options.passphrase_file):
        try:
            return restore_backup(options.file, data, PRACTICE_PASSPHRASE, None, told)
        except EnvironmentFault as fault:
            if fault.key != "passphrase_wrong":
                raise
    secret = ""
    if options.identity is None:
        secret = passphrase(options.passphrase_file, out.words.say("command.ask_passphrase"))
    return restore_backup(options.file, data, secret, options.identity, told)
