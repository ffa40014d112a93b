"""kiosk certificate specimen and kiosk template check: designs tried before the day."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from kiosk import bootstrap, bootstrap_paper
from kiosk.campaign.pack import find_event
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.domain.ids import Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.files import written_file
from kiosk.services.paper import DesignInfo, Paper
from kiosk.services.specimens import specimen_names
from kiosk.services.words import load_all_languages

_SERIAL = Serial("XX0-C-0000")
_PREFIX = "template_"


def specimen(options: argparse.Namespace, out: Output) -> int:
    """Certificates marked as specimens: one name, or the longest that people have."""
    languages = load_all_languages()
    if options.language is not None and options.language not in languages:
        raise WrongUse(f"{options.language}: {', '.join(languages)}")
    if options.name is not None and options.language is None:
        raise WrongUse("--name: --language")
    campaign = bootstrap.load_campaign(options.campaign)
    event = campaign.events[0] if options.event is None else find_event(campaign, options.event)
    paper = bootstrap_paper.make_paper(own=bootstrap_paper.templates_of(options.campaign))
    info = paper.design_at(options.template or event.certificate or paper.design())
    contents = [
        bootstrap_paper.specimen_content(campaign, event.id, name, language, _SERIAL)
        for language, name in _names(options, info.languages or tuple(languages))
    ]
    sheet = paper.preview(contents, info.path)
    with written_file(options.to) as stream:
        stream.write(sheet.pdf)
    value = {
        "serial": _SERIAL,
        "file": str(options.to),
        "pages": sheet.pages,
        "blank": list(sheet.blank),
    }
    out.document(value, [str(options.to)])
    if sheet.blank:
        out.say("command.blank_names", names=", ".join(sheet.blank))
    return DATA_WRONG if sheet.blank else OK


def check(options: argparse.Namespace, out: Output) -> int:
    """Reads designs as the kiosk would; a certificate's is set with the longest names, too."""
    paper = bootstrap_paper.make_paper(own=bootstrap_paper.templates_of(options.campaign))
    checked = [_checked(paper, one, options, out) for one in options.designs]
    out.document(
        checked,
        [
            f"{one['file']}: {problem['message']}" if problem else f"{one['file']}: OK"
            for one in checked
            for problem in one["problems"] or [None]
        ],
    )
    return OK if all(one["ok"] for one in checked) else DATA_WRONG


def _checked(paper: Paper, design: str, options: argparse.Namespace, out: Output) -> dict[str, Any]:
    info = paper.design_at(design)
    faults = [info.wrong] if info.wrong is not None else []
    if info.purpose == "certificate":
        faults += _set_with_long_names(paper, info, options)
    return {
        "file": str(info.path),
        "ok": not faults,
        "purpose": info.purpose,
        "name": dict(info.title),
        "languages": list(info.languages),
        "problems": [_problem(fault, out) for fault in faults],
    }


def _set_with_long_names(
    paper: Paper, info: DesignInfo, options: argparse.Namespace
) -> list[EnvironmentFault]:
    """What the design has no room for, once for each language."""
    campaign = bootstrap.load_campaign(options.campaign)
    faults: list[EnvironmentFault] = []
    for language in info.languages:
        contents = [
            bootstrap_paper.specimen_content(campaign, None, name, language, _SERIAL)
            for name in specimen_names()[language]
        ]
        try:
            blank = paper.preview(contents, info.path).blank
        except EnvironmentFault as fault:
            faults.append(fault)
            continue
        faults += [
            EnvironmentFault("template_name_too_long", file=info.path.name, value=name)
            for name in blank
        ]
    return faults


def _problem(fault: EnvironmentFault, out: Output) -> dict[str, Any]:
    values = fault.values
    return {
        "code": fault.key.removeprefix(_PREFIX),
        "file": values.get("file"),
        "line": values.get("line"),
        "at": values.get("at") or None,
        "message": out.words.say(f"fault.{fault.key}", **values),
    }


def _names(options: argparse.Namespace, languages: Sequence[Tag]) -> Iterator[tuple[Tag, str]]:
    if options.name is not None:
        yield Tag(options.language), options.name
        return
    for language, names in specimen_names().items():
        if options.language == language or (options.language is None and language in languages):
            yield from ((language, name) for name in names)
