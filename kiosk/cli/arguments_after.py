"""The arguments of what is done after the day: closing, carrying, keeping, deciding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.cli.options import add, credentials, export_options, in_store


def evening(commands: Any) -> None:  # noqa: ANN401
    export = add(commands, "export", "evening:export", "export the day")
    export_options(export)
    in_store(export, "together:export")
    opening = add(
        commands, "open", "opening:open_files", "open sealed files of an export (.age)",
        without_data=True,
    )  # fmt: skip
    opening.add_argument("files", nargs="+", type=Path, metavar="FILE.age")
    opening.add_argument(
        "--identity", type=Path, required=True, metavar="FILE", help="a coordinator's"
    )
    opening.add_argument(
        "--to", type=Path, required=True, metavar="DIR",
        help="a folder that exists; nothing in it is written over",
    )  # fmt: skip
    close = add(commands, "close-day", "evening:close_day", "close the day, then export it")
    export_options(close, needs_folder=False)
    audit = add(commands, "audit", "evening:audit", "check the log of changes")
    audit.add_argument("--verify", action="store_true", required=True)
    in_store(audit, "together:audit")


def carrying(commands: Any) -> None:  # noqa: ANN401
    sync = add(
        commands, "sync", "carrying:sync", "seal what is new and write what a target does not have"
    )
    sync.add_argument(
        "target", metavar="TARGET",
        help="a folder that exists, s3://BUCKET/…, webdav(s)://HOST/…, sftp://HOST/…",
    )  # fmt: skip
    credentials(sync)
    in_store(sync, "together:sync", of_event=False)
    merge = add(
        commands, "merge", "carrying:merge", "bring what many kiosks wrote together in one store",
        without_data=True,
    )  # fmt: skip
    merge.epilog = (
        "Exit code 1: some files were not taken and lie set aside in the store. 3: a source went"
        " away; what it gave is there. Gaps, forks and conflicts are told and are no error. May be"
        " said again at will, also after Ctrl+C."
    )
    merge.add_argument("sources", nargs="+", metavar="SOURCE", help="as TARGET of sync")
    merge.add_argument(
        "--into", required=True, metavar="TARGET", help="a file, or postgresql://HOST/DATABASE"
    )
    merge.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    merge.add_argument(
        "--identity", type=Path, action="append", default=[], metavar="FILE",
        help="who opens the batches; else what lies in the campaign's folder",
    )  # fmt: skip
    credentials(merge)


def keeping(commands: Any) -> None:  # noqa: ANN401
    purge = add(
        commands, "purge", "keeping:purge",
        "erase whoever may be kept no longer, by what the notice promised",
    )  # fmt: skip
    purge.epilog = (
        "Exit code 1: a person has to agree first (--yes), as the clock is far from all that was"
        " written. 3: the clock is behind what was written. May be stopped and said again at will."
    )
    purge.add_argument("--dry-run", action="store_true", help="count, and erase nobody")
    purge.add_argument("--yes", action="store_true", help="the clock is right; do not ask")
    in_store(purge, "keeping:purge_store", of_event=False)
    backup = add(
        commands, "backup", "keeping:backup", "the whole data folder in one file, encrypted"
    )
    where = backup.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", type=Path, metavar="FILE", help="a file that is not there yet")
    where.add_argument(
        "--keep", type=Path, metavar="DIR",
        help="regular backups go there from now on; the first is made at once",
    )  # fmt: skip
    restore = add(
        commands, "restore", "keeping:restore", "put a backup into an empty data folder (--data)",
        without_data=True,
    )  # fmt: skip
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--identity", type=Path, metavar="FILE",
        help="a coordinator's, where the passphrase is forgotten",
    )  # fmt: skip


def deciding(commands: Any) -> None:  # noqa: ANN401
    conflicts = add(
        commands, "conflicts", "deciding:conflicts", "what a person must decide in a merged store",
        without_data=True,
    )  # fmt: skip
    conflicts.add_argument("--settle", metavar="ID", help="decide this one")
    conflicts.add_argument("--take", type=int, metavar="N", help="for this of its sides")
    conflicts.add_argument(
        "--value", metavar="TEXT",
        help="for another value; of a wrong clock, when its first entry was made"
        " (2020-01-10T09:30)",
    )  # fmt: skip
    in_store(conflicts, "deciding:conflicts", only=True)
    duplicates = add(
        commands, "duplicates", "deciding:duplicates",
        "who is probably registered twice in a merged store", without_data=True,
    )  # fmt: skip
    duplicates.add_argument(
        "--decide", nargs=3, metavar=("ID-or-NUMBER", "ID-or-NUMBER", "same|different"),
        help="say whether they are one visitor; may be decided again",
    )  # fmt: skip
    duplicates.add_argument(
        "--all", action="store_true", help="also those that are certain, or were decided"
    )
    in_store(duplicates, "deciding:duplicates", only=True)
