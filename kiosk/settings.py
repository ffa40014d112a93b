"""Frozen settings: where the resources are, and what one data folder is set to."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from kiosk.errors import EnvironmentFault

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
SETTINGS_FILE = "kiosk.toml"
DESIGN_FILE = "certificate-design.txt"
_LARGEST_SETTINGS = 65_536
_LONGEST_DESIGN = 200
_DESIGN = r"[\w-]{1,80}"
_PLAIN = r"[^\x00-\x1f\x7f\"\\]{1,400}"


class KioskSettings(NamedTuple):
    """What ``kiosk init`` decided: nothing here is secret."""

    campaign: str  # a shipped pack's name, or a folder
    event: str
    device_code: str


def default_data_folder() -> Path:
    """``$KIOSK_DATA``, else the platform's folder for user data."""
    named = os.environ.get("KIOSK_DATA")
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 - where nobody named a folder

    return Path(platformdirs.user_data_dir("samvad-kiosk"))


def read_settings(data: Path) -> KioskSettings:
    """The settings of a data folder; EnvironmentFault ``no_kiosk`` or ``settings_broken``."""
    import tomllib  # noqa: PLC0415 - once a data folder is opened

    path = data / SETTINGS_FILE
    try:
        if path.stat().st_size > _LARGEST_SETTINGS:
            raise EnvironmentFault("settings_broken", path=path)
        table = tomllib.loads(path.read_text("utf-8"))
        return KioskSettings(*(str(table[key]) for key in ("campaign", "event", "device_code")))
    except FileNotFoundError as error:
        raise EnvironmentFault("no_kiosk", path=data) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise EnvironmentFault("settings_broken", path=path) from error


def write_settings(data: Path, settings: KioskSettings) -> None:
    """Writes the settings of a new data folder; an existing kiosk is left alone."""
    path = data / SETTINGS_FILE
    lines = [
        f'{key} = "{_quotable(value)}"'
        for key, value in (
            ("campaign", settings.campaign),
            ("event", settings.event),
            ("device_code", settings.device_code),
        )
    ]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise EnvironmentFault("kiosk_exists", path=data) from error
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=data) from error


def read_design(data: Path) -> str:
    """The name of the design that was chosen on this laptop for certificates; "" if none was."""
    try:
        with (data / DESIGN_FILE).open(encoding="utf-8") as file:
            name = file.read(_LONGEST_DESIGN).strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if re.fullmatch(_DESIGN, name) else ""


def write_design(data: Path, name: str) -> None:
    """Notes the design; EnvironmentFault ``folder_read_only``."""
    path = data / f"{DESIGN_FILE}.new"
    try:
        path.write_text(f"{name}\n", encoding="utf-8")
        path.replace(data / DESIGN_FILE)
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=data) from error


def _quotable(value: str) -> str:
    if not re.fullmatch(_PLAIN, value):
        raise EnvironmentFault("path_unusable", path=value[:80])
    return value
