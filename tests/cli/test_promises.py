"""Promises of the product, tried from outside with the real command."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, files_below, visitor

# Names common in each script, put together by chance: nobody in particular.
SCRIPTS = {
    "Devanagari (Hindi)": ("सुनीता ज्ञानेंद्र हृदयेश आँचल", "शर्मा कृष्णन त्रिपाठी"),
    "Devanagari (Marathi)": ("ज्ञानेश्वर माधुरी ऱ्हास", "कुळकर्णी देशपांडे"),
    "Devanagari (Nepali)": ("कृष्णबहादुर लक्ष्मी", "श्रेष्ठ भट्टराई"),
    "Devanagari (Sanskrit)": ("विश्वनाथः श्रीविद्या", "शास्त्री आचार्यः"),
    "Bengali": ("লক্ষ্মী সুব্রত কৃষ্ণেন্দু", "মুখোপাধ্যায় চক্রবর্তী"),
    "Assamese": ("ৰঞ্জিতা প্ৰদীপ", "বৰুৱা গোস্বামী"),
    "Gujarati": ("જ્યોત્સ્ના હિતેષ", "ત્રિવેદી મહેતા"),
    "Gurmukhi": ("ਗੁਰਪ੍ਰੀਤ ਸਿਮਰਨਜੀਤ", "ਸਿੰਘ ਕੌਰ"),
    "Odia": ("ଲକ୍ଷ୍ମୀପ୍ରିୟା ଜଗନ୍ନାଥ", "ମହାପାତ୍ର ପଟ୍ଟନାୟକ"),
    "Tamil": ("லட்சுமி ஸ்ரீதேவி கிருஷ்ணன்", "சுப்பிரமணியம் நடராஜன்"),
    "Telugu": ("లక్ష్మి వెంకటేశ్వర్లు శ్రీదేవి", "కృష్ణమూర్తి చౌదరి"),
    "Kannada": ("ಲಕ್ಷ್ಮಿ ಶ್ರೀನಿವಾಸ", "ಕೃಷ್ಣಮೂರ್ತಿ ಹೆಗಡೆ"),
    "Malayalam": ("ലക്ഷ്മി കൃഷ്ണൻ സ്നേഹ", "നമ്പൂതിരി കുറുപ്പ്"),
    "Arabic (Urdu)": ("محمد عائشہ عبدالرحمٰن", "اقبال صدیقی"),
    "Arabic (Kashmiri)": ("زوٗن غلام", "بَٹ میٖر"),
    "Ol Chiki": ("ᱥᱟᱱᱛᱟᱲᱤ ᱪᱟᱸᱫᱚ", "ᱢᱩᱨᱢᱩ ᱥᱚᱨᱮᱱ"),
    "Meetei Mayek": ("ꯂꯩꯃ ꯇꯣꯝꯕ", "ꯂꯥꯏꯁ꯭ꯔꯝ ꯅꯤꯡꯊꯧꯖꯝ"),
    "Latin": ("Mary Jean-Paul Zeenat", "D'Souza Lyngdoh"),
}


def kiosk(data: Path, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "kiosk", *map(str, arguments), "--data", str(data), "--json"]


ENVIRONMENT = {**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE}


def run(data: Path, *arguments: object) -> Any:
    done = subprocess.run(
        kiosk(data, *arguments), capture_output=True, text=True, check=False, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def registration_lines(names: list[str]) -> str:
    return "".join(
        json.dumps({"language": "hi", "answers": visitor(name=name), "consents": CONSENTS}) + "\n"
        for name in names
    )


def generated_names(count: int) -> list[str]:
    chance = random.Random(18)
    scripts = list(SCRIPTS.values())
    return [
        f"{chance.choice(given.split())} {chance.choice(family.split())}"
        for given, family in (scripts[at % len(scripts)] for at in range(count))
    ]


def test_a_thousand_visitors_in_eighteen_scripts_come_out_as_they_went_in(
    data: Path, tmp_path: Path
) -> None:
    names = generated_names(1000)
    file = tmp_path / "visitors.jsonl"
    file.write_text(registration_lines(names), "utf-8")
    done = subprocess.run(
        kiosk(data, "register", file), capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert sum(json.loads(line)["ok"] for line in done.stdout.splitlines()) == 1000
    batch = run(data, "certificate", "batch", "--to", tmp_path / "all.pdf")
    assert (batch["pages"], batch["blank"]) == (1000, [])
    run(data, "export", "--to", tmp_path, "--plain")
    [database] = tmp_path.glob("*.sqlite")
    connection = sqlite3.connect(database)
    wanted = [unicodedata.normalize("NFC", name).encode() for name in names]
    for query in (
        "SELECT name FROM attendee ORDER BY length(number), number",
        (
            "SELECT certificate.name FROM certificate"
            " JOIN attendee ON attendee.id = certificate.attendee_id"
            " ORDER BY length(attendee.number), attendee.number"
        ),
    ):
        assert [name.encode() for (name,) in connection.execute(query)] == wanted
    connection.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_kiosk_has_every_line_that_it_answered(data: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"Visitor {chr(65 + at % 26)}{chr(65 + at // 26)}" for at in range(400)]
    running = subprocess.Popen(
        kiosk(data, "register", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=ENVIRONMENT,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(registration_lines(names).encode())
    running.stdin.close()
    answered = [running.stdout.readline() for _ in range(chance.randrange(1, 120))]
    os.kill(running.pid, signal.SIGKILL)
    answered += running.stdout.readlines()
    running.stdout.close()
    running.wait()
    told = [json.loads(line) for line in answered if line.endswith(b"\n")]
    promised = {one["number"]: one["id"] for one in told if one["ok"]}
    assert promised
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        kept = {attendee.number: attendee.id for attendee in desk.record.attendees()}
        assert promised.items() <= kept.items()
        assert len(kept) - len(promised) <= 1
        assert desk.record.verify().ok


def test_the_data_folder_says_nothing_to_a_thief(data: Path) -> None:
    secrets = ["Zarathustra", "9876501234", "thief@example.org", "गोपनीयनाम"]
    person = visitor(name=f"{secrets[0]} {secrets[3]}", mobile=secrets[1], email=secrets[2])
    line = json.dumps({"language": "hi", "answers": person, "consents": CONSENTS}) + "\n"
    running = subprocess.Popen(
        kiosk(data, "register", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(line.encode())
    running.stdin.flush()
    assert json.loads(running.stdout.readline())["ok"]
    searched = files_below(data)  # while it runs: the write-ahead log is there
    assert "kiosk.db-wal" in {path.name for path in searched}
    for path in searched:
        content = path.read_bytes()
        for secret in secrets:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert secret.encode(encoding) not in content, path.name
    running.stdin.close()
    running.stdout.close()
    assert running.wait() == 0
