"""Visitors are found by whatever is known of them, in whatever script it is typed."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.change import ChangeDraft
from kiosk.storage import scripts
from kiosk.storage.folding import latin_keys, skeleton, words
from kiosk.storage.store import Store
from tests.storage.records import attendee_body, change, open_store, register

PEOPLE: dict[str, dict[str, Any]] = {
    "राम": {"mobile": "+919876543210", "email": "Ram@Example.in"},
    "Suresh Kumar": {"organisation": "Ganga Weavers"},
    "احمد خان": {},
    "ಲಕ್ಷ್ಮಿ ದೇವಿ": {},
    "రెడ్డి వెంకటేశ్": {},
    "பிரபாகரன்": {},
    "মৌসুমী সেন": {},
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ": {},
    "ഗോപാലകൃഷ്ണൻ": {},
    "ᱥᱩᱨᱮᱥ": {},
    "ꯇꯣꯝꯕꯥ": {},
    "Kamala D'Souza": {},
    "क्‍षमा": {},
}


@pytest.fixture
def hall(store: Store) -> Store:
    for name, fields in PEOPLE.items():
        register(store, name, **fields)
    return store


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("राम", "राम"), ("ram", "राम"), ("Rama", "राम"), ("RAAM", "राम"), ("رام", "राम"),
        ("ರಾಮ", "राम"), ("राम‌", "राम"), ("sur kum", "Suresh Kumar"), ("सुरेश", "Suresh Kumar"),
        ("sursh", "Suresh Kumar"), ("suresh kumbhar", "Suresh Kumar"), ("ganga", "Suresh Kumar"),
        ("weavers ganga", "Suresh Kumar"), ("गंगा", "Suresh Kumar"),
        ("ahmad khan", "احمد خان"), ("Ahmed", "احمد خان"), ("अहमद", "احمد خان"),
        ("خان", "احمد خان"), ("Lakshmi", "ಲಕ್ಷ್ಮಿ ದೇವಿ"), ("laxmi devi", "ಲಕ್ಷ್ಮಿ ದೇವಿ"),
        ("लक्ष्मी", "ಲಕ್ಷ್ಮಿ ದೇವಿ"), ("Reddy", "రెడ్డి వెంకటేశ్"), ("venkatesh", "రెడ్డి వెంకటేశ్"),
        ("Prabhakaran", "பிரபாகரன்"), ("moushumi sen", "মৌসুমী সেন"), ("gurpreet", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
        ("singh", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"), ("Gopalakrishnan", "ഗോപാലകൃഷ്ണൻ"), ("suresh", "ᱥᱩᱨᱮᱥ"),
        ("tomba", "ꯇꯣꯝꯕꯥ"), ("dsouza", "Kamala D'Souza"), ("D’Souza", "Kamala D'Souza"),
        ("कमला", "Kamala D'Souza"), ("क्षमा", "क्‍षमा"), ("kshama", "क्‍षमा"),
        ("9876543210", "राम"), ("+91 98765 43210", "राम"), ("098765-43210", "राम"),
        ("९८७६५४३२१०", "राम"), ("43210", "राम"), ("98765", "राम"), ("ram@example.in", "राम"),
        ("RAM@EX", "राम"), ("KA1-0002", "Suresh Kumar"), ("ka1-2", "Suresh Kumar"),
        ("2", "Suresh Kumar"), ("0002", "Suresh Kumar"), ("२", "Suresh Kumar"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_who_is_meant(hall: Store, typed: str, meant: str) -> None:
    names = [found.attendee.name for found in hall.find(typed)]
    assert meant in names[:2], names


@pytest.mark.parametrize("typed", ["", "  ", "?!", "\u200d", "99", "zzzzqx", "000", "@", "\x00"])
def test_what_means_nobody_finds_nobody(hall: Store, typed: str) -> None:
    assert hall.find(typed) == []


@pytest.mark.parametrize("typed", ['"', "a OR b*", "NEAR(a b)", "ram)", "' --", "keys:x", "^ram"])
def test_what_is_typed_is_never_a_command(hall: Store, typed: str) -> None:
    hall.find(typed)
    assert hall.verify().ok


@given(st.text(max_size=300))
def test_anything_may_be_typed(anything: Store, text: str) -> None:
    for found in anything.find(text):
        assert 0 <= found.score <= 100


@pytest.fixture(scope="module")
def anything(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = open_store(Path(tmp_path_factory.mktemp("any")), bytes(range(32)), create=True)
    for name in PEOPLE:
        register(opened, name)
    return opened


def test_the_best_comes_first_and_no_more_than_asked(hall: Store) -> None:
    for name in ("Ramesh", "Ramanathan", "Sitaram", "Rahim"):
        register(hall, name)
    found = hall.find("ram", limit=3)
    assert [one.attendee.name for one in found][:1] == ["राम"]
    assert len(found) == 3
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)


def test_a_corrected_name_is_found_and_the_old_one_is_not(hall: Store) -> None:
    assert hall.find("Tukaram") == []  # the words that near spellings come from are read now
    person = register(hall, "Tukaram")
    assert [one.attendee.id for one in hall.find("Tukalam")] == [person]
    change(hall, "attendee", person, "correct", name="Dnyaneshwar", person=person)
    assert [one.attendee.id for one in hall.find("gyaneshwar")] == [person]
    assert person not in [one.attendee.id for one in hall.find("Tukaram")]


def test_a_common_name_is_met_with_as_many_as_anyone_reads(store: Store) -> None:
    with store.writing() as writing:
        for at in range(230):
            body = attendee_body("Ram Kumar" if at % 2 else "Ram", f"KA1-{at:04d}")
            writing.write(ChangeDraft("attendee", f"a{at}", "create", "visitor", body, f"a{at}"))
    found = store.find("ram kumar", limit=200)
    assert len(found) >= 115
    assert {one.attendee.name for one in found[:115]} == {"Ram Kumar"}
    assert len(store.find("ram", limit=500)) == 200
    best = store.find("ram kumar", limit=20)
    assert [one.attendee.name for one in best] == ["Ram Kumar"] * 20


def test_what_another_connection_writes_is_found_too(
    hall: Store, tmp_path: Path, key: bytes
) -> None:
    hall.find("Bhimrao")
    other = open_store(tmp_path, key)
    register(other, "Bhimrao")
    other.close()
    assert [one.attendee.name for one in hall.find("Bimrav")] == ["Bhimrao"]


def test_what_was_masked_or_erased_is_not_found(hall: Store) -> None:
    masked, erased = register(hall, "Vasundhara"), register(hall, "Yashodhara")
    change(hall, "attendee", masked, "withdraw", person=masked)
    assert hall.find("Yashodara")
    hall.erase_person(erased, "coordinator")
    assert hall.find("Vasundhara") == hall.find("Yashodhara") == []
    (left,) = hall.connection.execute(
        "SELECT count(*) FROM (SELECT key FROM bearing UNION ALL SELECT key FROM spelling)"
        " WHERE key LIKE '%vas%' OR key LIKE '%yas%'"
    ).fetchone()
    assert left == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("कृष्ण", "Krishna"), ("ज्ञान", "Gyan"), ("सिंह", "Singh"), ("पाण्डेय", "Pandey"),
        ("चोपड़ा", "Chopra"), ("फ़ातिमा", "Fatima"), ("विजय", "Vijay"), ("मैथिली", "Maithili"),
        ("गौरी", "Gauri"), ("संपत", "Sampat"), ("রহমান", "Rahaman"), ("ગાંધી", "Gandhi"),
        ("ମହାନ୍ତି", "Mahanti"), ("മോഹൻ", "Mohan"), ("ಶಂಕರ", "Shankara"), ("José", "Jose"),
        ("ﺍﺣﻤﺪ", "احمد"), ("दुःख", "Dukh"),
    ],
)  # fmt: skip
def test_one_sound_has_one_key(one: str, other: str) -> None:
    keys = [{key for word in words(text) for key in latin_keys(word)} for text in (one, other)]
    bones = [{skeleton(key) for key in some} - {""} for some in keys]
    assert keys[0] & keys[1] or bones[0] & bones[1], keys


def test_the_examples_of_the_tables_hold() -> None:
    assert doctest.testmod(scripts).failed == 0


@given(st.text(max_size=40))
def test_any_text_has_words_and_keys(text: str) -> None:
    for word in words(text):
        assert len(latin_keys(word)) <= 2
        for key in latin_keys(word):
            assert key.isascii()
            assert key.isalpha()
