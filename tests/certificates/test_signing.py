"""PDFs signed with a coordinator's certificate, judged by pyHanko's validator and by poppler."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pikepdf import Encryption, Pdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from kiosk.certificates.paper import ReportLabPaper
from kiosk.certificates.signing import Signer, read_bounded
from kiosk.errors import EnvironmentFault, VisitorError
from tests.certificates.samples import certificate

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PASSPHRASE = "six words on a card"
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def issued(
    name: str, own: Key, issuer: x509.Name | None, by: Key, *, first: datetime, last: datetime,
    signs: bool = True,
) -> x509.Certificate:  # fmt: skip
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(USAGES, False)
    usage.update(
        digital_signature=signs, content_commitment=signs, key_encipherment=not signs,
        key_cert_sign=issuer is None,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(by, hashes.SHA256())
    )


@cache
def authority() -> x509.Certificate:
    own = key("ec")
    return issued("Authority of the test", own, None, own, first=NOW - 9 * DAY, last=NOW + 9 * DAY)


def p12(
    kind: str = "rsa", *, first: datetime = NOW - DAY, last: datetime = NOW + DAY,
    passphrase: str = PASSPHRASE, signs: bool = True,
) -> bytes:  # fmt: skip
    by = authority()
    own = issued(
        "Coordinator", key(kind), by.subject, key("ec"), first=first, last=last, signs=signs
    )
    sealed = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"signing", key(kind), own, [by], sealed)


def judged(pdf: bytes) -> Any:
    _, _, der = pem.unarmor(authority().public_bytes(Encoding.PEM))
    trust = ValidationContext(trust_roots=[asn1.Certificate.load(der)], allow_fetching=False)
    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, trust)


@pytest.fixture(scope="module")
def pdf(paper: ReportLabPaper) -> bytes:
    return paper.certificate(certificate("te")).pdf


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signed_certificate_is_valid_whole_and_by_its_authority(pdf: bytes, kind: str) -> None:
    signed = Signer(p12(kind), PASSPHRASE, NOW).sign(pdf, "a.pdf")
    assert signed.startswith(pdf)
    status = judged(signed)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.human_friendly == "Common Name: Coordinator"
    [signature] = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level.value == 1


def test_one_changed_byte_shows(pdf: bytes) -> None:
    signed = bytearray(Signer(p12(), PASSPHRASE, NOW).sign(pdf, "a.pdf"))
    at = signed.index(b"<</Type/FontDescriptor") + 40
    signed[at] ^= 1
    assert not judged(bytes(signed)).intact


def test_poppler_calls_the_signature_valid(pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(Signer(p12(), PASSPHRASE, NOW).sign(pdf, "a.pdf"))
    told = subprocess.run(
        ["pdfsig", "-nocert", str(file)], check=False, capture_output=True, text=True
    ).stdout
    assert "ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    assert "Signature is Valid." in told


def test_a_file_without_a_passphrase_opens_with_an_empty_one(pdf: bytes) -> None:
    assert judged(Signer(p12(passphrase=""), "", NOW).sign(pdf, "a.pdf")).bottom_line


@pytest.mark.parametrize(
    ("held", "passphrase", "key_of_error"),
    [
        (p12(), "another", "sign_passphrase"),
        (p12(), "", "sign_passphrase"),
        (b"", PASSPHRASE, "sign_no_p12"),
        (b"%PDF-1.7 no certificate", PASSPHRASE, "sign_no_p12"),
        (p12()[:-40], PASSPHRASE, "sign_no_p12"),
        (p12(last=NOW - DAY / 2), PASSPHRASE, "sign_expired"),
        (p12(first=NOW + DAY / 2), PASSPHRASE, "sign_expired"),
        (p12(signs=False), PASSPHRASE, "sign_purpose"),
    ],
)
def test_what_cannot_sign_is_refused_with_its_reason(
    held: bytes, passphrase: str, key_of_error: str
) -> None:
    with pytest.raises(VisitorError) as refused:
        Signer(held, passphrase, NOW)
    assert refused.value.key == key_of_error


def test_a_certificate_without_its_key_is_refused() -> None:
    held = pkcs12.serialize_key_and_certificates(None, None, None, [authority()], NoEncryption())
    with pytest.raises(VisitorError) as refused:
        Signer(held, "", NOW)
    assert refused.value.key == "sign_no_key"


def test_what_cannot_be_signed_is_refused_with_its_reason(pdf: bytes) -> None:
    signer = Signer(p12(), PASSPHRASE, NOW)
    sealed = io.BytesIO()
    Pdf.open(io.BytesIO(pdf)).save(sealed, encryption=Encryption(owner="o", user="u"))
    for content, key_of_error in (
        (b"", "sign_no_pdf"),
        (b"PK\x03\x04 a document of another kind", "sign_no_pdf"),
        (pdf[: len(pdf) // 2], "sign_no_pdf"),
        (pdf[:-40], "sign_no_pdf"),
        (sealed.getvalue(), "sign_encrypted"),
        (signer.sign(pdf, "a.pdf"), "sign_already"),
    ):
        with pytest.raises(VisitorError) as refused:
            signer.sign(content, "a.pdf")
        assert refused.value.key == key_of_error
        assert refused.value.values["file"] == "a.pdf"


def test_files_are_read_within_limits(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bounded(tmp_path / "a", 5) == b"12345"
    for name, key_of_error in (("a", "file_too_large"), ("none", "file_missing")):
        with pytest.raises(EnvironmentFault) as fault:
            read_bounded(tmp_path / name, 4)
        assert fault.value.key == key_of_error
