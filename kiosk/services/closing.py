"""The evening: what is still open, the day on one page, and the export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.batch import SealedBatch
from kiosk.domain.change import ChangeDraft
from kiosk.domain.event import place_of
from kiosk.domain.ids import new_id
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.files import written_file
from kiosk.services.forms import choice_labels
from kiosk.services.paper import Sheet, SummaryContent
from kiosk.services.printing import BY_SLIP

Step = Callable[[str, int, int], None]  # step's key, done, of how many; may raise to cancel
STEPS = ("seal", "export", "summary")


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What waits for a hand before the day is closed. Nothing of it forbids closing."""

    drafts: int
    printing: int
    certificates_due: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The day as closed; ``head`` is the last hash of the log, as printed on the summary.

    ``batches``: what was sealed into the outbox, to be carried away.
    """

    open: OpenMatters
    summary: Path
    files: tuple[ExportedFile, ...]
    batches: tuple[SealedBatch, ...]
    anonymous: int
    head: str


def open_matters(desk: Desk) -> OpenMatters:
    """What is open now."""
    due = desk.record.without_certificate(attended=desk.event.asks_check_in)
    if desk.record.print_choices().get("certificate") == BY_SLIP:
        due = []  # a print desk issued them from the slips; whom it missed, a merged store knows
    return OpenMatters(
        drafts=len(desk.record.drafts()),
        printing=len(desk.record.print_jobs()),
        certificates_due=len(due),
        closed_at=desk.record.closed_at(),
    )


def close_day(desk: Desk, actor: str, request: ExportRequest, step: Step | None = None) -> Closed:
    """Seals the anonymous box, forgets the drafts, exports the day and writes its summary; then
    all that is in no batch yet is sealed, up to the head that stands on the summary.

    May be said again; each time is another entry of the log. Raises EnvironmentFault where the
    folder takes no files: then the day is as open as it was. Where a later step fails, the day is
    closed and what was written stays; closing or exporting can be repeated.
    """
    tell = step or (lambda _key, _done, _of: None)
    tell("seal", 0, len(STEPS))
    _keep_names_out(desk, request)
    still_open = open_matters(desk)
    summary = request.folder / f"{desk.event.id}-{desk.device.code}-summary.pdf"
    with written_file(summary) as stream:  # before anything is sealed: does the folder take it?
        anonymous = _seal(desk, actor)
        tell("export", 1, len(STEPS))
        files = export_day(desk, actor, request)
        tell("summary", 2, len(STEPS))
        verification = desk.record.verify()
        sheet = summary_sheet(desk, request.language, verification.entries, verification.head)
        stream.write(sheet.pdf)
    batches = desk.carry.seal()
    tell("summary", 3, len(STEPS))
    return Closed(still_open, summary, tuple(files), tuple(batches), anonymous, verification.head)


def export_day(desk: Desk, actor: str, request: ExportRequest) -> list[ExportedFile]:
    """Exports the day and notes in the log that, when and how it was done."""
    return export_together([desk], actor, request, desk.exporter.export)


def export_together(
    desks: Sequence[Desk],
    actor: str,
    request: ExportRequest,
    export: Callable[[ExportRequest], list[ExportedFile]],
) -> list[ExportedFile]:
    """Exports what several events hold in one go; the log of each notes it."""
    for desk in desks:
        _keep_names_out(desk, request)
    files = export(request)
    for desk in desks:
        now = desk.clock.now_ms()
        body = {
            "at": now,
            "plain": request.plain,
            "formats": list(request.formats),
            "files": [[file.path.name, file.rows, file.sha256] for file in files],
        }
        with desk.record.writing() as writing:
            writing.write(ChangeDraft("export", new_id(now), "create", actor, body))
    return files


def summary_sheet(desk: Desk, language: Tag, entries: int, head: str) -> Sheet:
    """The day on one page, in that language."""
    themes = choice_labels(desk, FEEDBACK, "themes")
    tag = language if language in desk.words else Tag("en")
    figures = desk.record.figures()
    # an anonymous sentence does not say its language: it is set as the page's
    said = [(spoken or tag, sentence) for spoken, sentence in figures.sentences]
    return desk.paper.summary(
        SummaryContent(
            language=tag,
            campaign=desk.campaign.name,
            event=desk.event.name,
            place=place_of(desk.campaign, desk.event).label,
            venue=desk.event.venue,
            day=desk.event.day,
            figures=replace(figures, sentences=said),
            language_names={one.tag: one.native for one in desk.languages.values()},
            does_labels={one.code: one.label.get(tag, one.code) for one in desk.campaign.does},
            theme_labels={code: text.get(tag, code) for code, text in themes.items()},
            device_code=desk.device.code,
            entries=entries,
            head=head,
            practice=desk.campaign.practice,
            sample=desk.event.sample,
        )
    )


def _keep_names_out(desk: Desk, request: ExportRequest) -> None:
    """Names in clear do not lie in the data folder, where a thief would look first."""
    if request.plain and request.folder.resolve().is_relative_to(desk.folder.resolve()):
        raise EnvironmentFault("plain_in_data", path=request.folder)


def _seal(desk: Desk, actor: str) -> int:
    count, digest = desk.record.seal_anonymous()
    now = desk.clock.now_ms()
    body = {"at": now, "anonymous": count, "digest": digest}
    with desk.record.writing() as writing:
        writing.drop_all_drafts()
        writing.write(ChangeDraft("day", desk.event.id, "close", actor, body))
    return count
