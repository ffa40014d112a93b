"""A PDF signed with a certificate of a trusted authority: PAdES, baseline B-B, without a network.

ETSI EN 319 142-1. The signature certifies the file: readers call any later change a forgery. It
says when the signer's clock stood where, not when a third party saw it (that would be B-T).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from asn1crypto.pkcs12 import Pfx
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate, ExtensionNotFound, KeyUsage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.files import read_within

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_PDF = 64_000_000
LARGEST_P12 = 1_000_000
_FIELD = "Signature"
_METADATA = signers.PdfSignatureMetadata(
    field_name=_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES,
    certify=True, docmdp_permissions=MDPPerm.NO_CHANGES,
)  # fmt: skip
_SPEC = SigFieldSpec(
    sig_field_name=_FIELD,
    readable_field_name=_FIELD,
    invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
)


class Signer:
    """Signs one file after another with what a PKCS#12 file holds.

    Raises VisitorError ``sign_no_p12``, ``sign_passphrase``, ``sign_no_key``, ``sign_expired`` or
    ``sign_purpose``; nothing was signed then.
    """

    def __init__(self, p12: bytes, passphrase: str, now: datetime) -> None:
        certificate = _opened(p12, passphrase)
        _refuse_unfit(certificate, now)
        self.name = certificate.subject.rfc4514_string()
        self._signer = signers.SimpleSigner.load_pkcs12_data(p12, (), passphrase.encode() or None)

    def sign(self, pdf: bytes, name: str) -> bytes:
        """The file with its signature. ``name`` is what messages call it.

        Raises VisitorError ``sign_no_pdf``, ``sign_encrypted``, ``sign_already``.
        """
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            _refuse_signed(writer.prev, name)
            signer = signers.PdfSigner(_METADATA, self._signer, new_field_spec=_SPEC)
            signed: io.BytesIO = signer.sign_pdf(writer)
        except (PdfError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise VisitorError("sign_no_pdf", field="file", file=name) from error
        return signed.getvalue()


def read_bounded(path: Path, limit: int) -> bytes:
    """A file's content. Raises EnvironmentFault ``file_missing`` or ``file_too_large``."""
    content = read_within(path, limit)
    if content is None:
        raise EnvironmentFault("file_too_large", path=str(path), limit=limit // 1_000_000)
    return content


def _opened(p12: bytes, passphrase: str) -> Certificate:
    try:
        Pfx.load(p12, strict=True)["auth_safe"]["content_type"].native  # noqa: B018 - parses
    except (ValueError, TypeError, KeyError) as error:
        raise VisitorError("sign_no_p12", field="p12") from error
    try:
        held = pkcs12.load_pkcs12(p12, passphrase.encode() or None)
    except ValueError as error:
        raise VisitorError("sign_passphrase", field="passphrase") from error
    if held.key is None or held.cert is None:
        raise VisitorError("sign_no_key", field="p12")
    return held.cert.certificate


def _refuse_unfit(certificate: Certificate, now: datetime) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= now <= last:
        raise VisitorError(
            "sign_expired", field="p12", first=f"{first:%d-%m-%Y}", last=f"{last:%d-%m-%Y}"
        )
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise VisitorError("sign_purpose", field="p12")


def _refuse_signed(file: PdfFileReader, name: str) -> None:
    if file.encrypted:
        raise VisitorError("sign_encrypted", field="file", file=name)
    if file.embedded_signatures:
        raise VisitorError("sign_already", field="file", file=name)
