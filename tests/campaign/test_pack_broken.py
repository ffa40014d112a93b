"""A pack with a mistake is refused, and the mistake is named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.campaign.languages import load_words
from kiosk.campaign.pack import form_files, load_pack
from kiosk.campaign.reading import MAX_FILE_BYTES, MAX_ROWS
from kiosk.errors import EnvironmentFault, VisitorError

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
EVENT = "event[ka-2020-01-10]"
BENGALURU = 'day = 2020-01-10\nlanguages = ["kn", "hi", "en", "ur", "te"]\n'

# file, what stands there, what is put there instead, the error, the key it names
MISTAKES = {
    "unknown key": ("campaign.toml", "launched", "lunched", "unknown_key", "lunched"),
    "missing key": ("campaign.toml", "starts = ", "# ", "missing_key", "starts"),
    "unknown language of the pack": (
        "campaign.toml", '"te"]', '"te", "tlh"]', "unknown_language", "languages",
    ),
    "language that is a path": (
        "campaign.toml", '"te"]', '"../languages/te"]', "unknown_language", "languages",
    ),
    "language twice": ("campaign.toml", '"te"]', '"te", "te"]', "not_unique", "languages"),
    "wrong date": ("campaign.toml", "2019-12-19", '"19-12-2019"', "wrong_date", "starts"),
    "date and time": (
        "campaign.toml", "starts = 2019-12-19", "starts = 2019-12-19T10:00:00", "wrong_date",
        "starts",
    ),
    "ends before it starts": (
        "campaign.toml", "ends = 2020-02-17", "ends = 2019-02-17", "ends_before", "ends",
    ),
    "a day that no calendar has": ("campaign.toml", "2019-12-17", "2019-02-30", "not_toml", ""),
    "unknown source": ("campaign.toml", 'on = "pib', 'on = "pti', "not_one_of", "based_on"),
    "id with capitals": ("campaign.toml", '"gem-samvad"', '"GeM"', "wrong_id", "id"),
    "bidi control": (
        "campaign.toml", "Voice of", "Voice\\u202eof", "characters", "initiative.en",
    ),
    "private use": (
        "campaign.toml", "Voice of", "Voice\\ue000of", "characters", "initiative.en",
    ),
    "missing translation": (
        "events.toml", "name.kn = ", "name.xx = ", "missing_translation",
        "event[ka-2019-12-19].name",
    ),
    "event outside the campaign": (
        "events.toml", "day = 2020-01-10", "day = 2020-02-18", "outside_campaign", f"{EVENT}.day",
    ),
    "state that never was": (
        "events.toml", 'id = "ka-2020-01-10"\nstate = "IN-KA"',
        'id = "ka-2020-01-10"\nstate = "IN-XX"', "unknown_place", f"{EVENT}.state",
    ),
    "territory before its day": (
        "events.toml", "day = 2020-02-14", "day = 2020-01-25", "unknown_place",
        "event[dh-2020-02-14].state",
    ),
    "territory after its day": (
        "events.toml", "day = 2020-01-20", "day = 2020-01-27", "unknown_place",
        "event[dn-2020-01-20].state",
    ),
    "event id twice": (
        "events.toml", '"ka-2020-01-10"', '"ka-2019-12-19"', "not_unique", "event",
    ),
    "event in an unknown language": (
        "events.toml", BENGALURU, BENGALURU.replace('"kn"', '"ta"'), "unknown_language",
        f"{EVENT}.languages",
    ),
    "event in no language": (
        "events.toml", BENGALURU, "day = 2020-01-10\nlanguages = []\n", "missing_key",
        f"{EVENT}.languages",
    ),
    "unknown zone": (
        "events.toml", "Asia/Kolkata", "Asia/../etc", "wrong_zone", "event[ka-2019-12-19].zone",
    ),
    "wrong time": (
        "events.toml", '"10:30"', '"25:30"', "wrong_time",
        "event[ka-2019-12-19].session[whats-new].starts",
    ),
    "session that ends first": (
        "events.toml", '"16:30"', '"14:30"', "ends_before", "event[ka-2019-12-19].session",
    ),
    "unknown kind of session": (
        "events.toml", '"talk"', '"lunch"', "not_one_of",
        "event[ka-2019-12-19].session[whats-new].kind",
    ),
    "number that is a text": (
        "events.toml", "idle_seconds = 60", 'idle_seconds = "60"', "wrong_type",
        "event[ka-2019-12-19].idle_seconds",
    ),
    "number out of range": (
        "events.toml", "idle_seconds = 60", "idle_seconds = 0", "out_of_range",
        "event[ka-2019-12-19].idle_seconds",
    ),
    "events that are no tables": (
        "events.toml", "[defaults]", "event = [1]\n[defaults]", "not_toml", "",
    ),
    "fact before its source": (
        "facts.toml", "since = 2019-12-24", "since = 2019-12-23", "before_source",
        "fact[products].since",
    ),
    "fact twice": ("facts.toml", '"services"', '"products"', "not_unique", "fact"),
    "card without a body": (
        "cards.toml", "body.te", "title.te", "not_toml", "",
    ),
    "category twice": (
        "categories.toml", '"service_provider"', '"seller"', "not_unique", "does",
    ),
    "wrong ISO code": ("places.toml", '"IN-AP"', '"Andhra"', "wrong_form", "place[1].iso"),
    "place twice": ("places.toml", '"IN-AR"', '"IN-AP"', "not_unique", ""),
    "phone with words": ("notice.toml", '"00000-00000"', '"ask"', "wrong_form", "contact.phone"),
    "venue contact without a phone": (
        "events.toml", '"00000-00000"', '"at the desk"', "wrong_form",
        "event[ka-2019-12-19].contact.phone",
    ),
    "venue contact with too much": (
        "events.toml", "[defaults.contact]", '[defaults.contact]\nhours = "9"', "unknown_key",
        "event[ka-2019-12-19].contact.hours",
    ),
    "set-up item twice": (
        "events.toml", '"scanner"', '"printer"', "not_unique", "event[ka-2019-12-19].set_up",
    ),
    "no required purpose": (
        "notice.toml", "required = true", "required = false", "only_registration", "purpose",
    ),
    "two required purposes": (
        "notice.toml", "required = false", "required = true", "only_registration", "purpose",
    ),
    "kept for a week": (
        "notice.toml", "retention_days = 365", "retention_days = 7", "out_of_range",
        "retention_days",
    ),
    "not TOML": ("places.toml", "[[place]]", "[[place", "not_toml", ""),
    "text without end": (
        "campaign.toml", '"Voice of Customer"', f'"{"x" * 301}"', "too_long", "initiative.en",
    ),
}  # fmt: skip


def change(pack: Path, file: str, old: str, new: str) -> None:
    text = (pack / file).read_text("utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(("file", "old", "new", "what", "at"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_by_file_and_key(
    own_pack: Path, file: str, old: str, new: str, what: str, at: str
) -> None:
    change(own_pack, file, old, new)
    with pytest.raises(VisitorError) as caught:
        load_pack(own_pack, RESOURCES)
    error = caught.value
    assert (error.key, error.values["file"], error.values["at"]) == (f"pack_{what}", file, at)
    assert error.code == "malformed"
    for words in load_words(RESOURCES).values():
        sentence = words.say(f"error.{error.key}", **error.values)
        assert file in sentence


@pytest.mark.parametrize("file", ["campaign.toml", "events.toml", "notice.toml", "places.toml"])
def test_a_missing_file_is_named(own_pack: Path, file: str) -> None:
    (own_pack / file).unlink()
    with pytest.raises(VisitorError, match="pack_file_missing") as caught:
        load_pack(own_pack, RESOURCES)
    assert caught.value.values["file"] == file


@pytest.mark.parametrize("form", ["registration", "feedback"])
def test_a_missing_form_is_named(own_pack: Path, form: str) -> None:
    (own_pack / "forms" / f"{form}.xlsx").unlink()
    with pytest.raises(VisitorError, match="pack_file_missing") as caught:
        form_files(own_pack)
    assert caught.value.values["file"] == f"forms/{form}.xlsx"


def test_two_forms_of_one_name_are_refused(own_pack: Path) -> None:
    (own_pack / "forms" / "feedback.xml").write_text("<x/>", "utf-8")
    with pytest.raises(VisitorError, match="pack_not_unique"):
        form_files(own_pack)


def test_a_file_without_end_is_not_read_to_the_end(own_pack: Path) -> None:
    (own_pack / "facts.toml").write_text("#" * (MAX_FILE_BYTES + 1), "utf-8")
    with pytest.raises(VisitorError, match="pack_file_too_large"):
        load_pack(own_pack, RESOURCES)


def test_rows_without_end_are_refused(own_pack: Path) -> None:
    (own_pack / "cards.toml").write_text("[[card]]\n" * (MAX_ROWS + 1), "utf-8")
    with pytest.raises(VisitorError, match="pack_too_many"):
        load_pack(own_pack, RESOURCES)


@pytest.mark.parametrize("name", ["no-such-pack", "/no/such/folder", ""])
def test_what_is_no_pack_is_not_found(name: str) -> None:
    with pytest.raises(EnvironmentFault, match="pack_missing"):
        load_pack(name, RESOURCES)


def test_a_folder_without_a_campaign_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VisitorError, match="pack_file_missing"):
        load_pack(tmp_path, RESOURCES)


def test_a_file_that_the_machine_withholds_is_a_fault(own_pack: Path) -> None:
    (own_pack / "facts.toml").unlink()
    (own_pack / "facts.toml").mkdir()
    with pytest.raises(EnvironmentFault, match="pack_unreadable"):
        load_pack(own_pack, RESOURCES)


@given(raw=st.binary(max_size=400))
@settings(max_examples=60)
def test_no_bytes_in_a_file_cause_anything_but_a_refusal(own_pack: Path, raw: bytes) -> None:
    (own_pack / "campaign.toml").write_bytes(raw)
    with pytest.raises(VisitorError) as caught:
        load_pack(own_pack, RESOURCES)
    assert caught.value.values["file"] == "campaign.toml"
