"""Certificates that prove themselves: what the QR says, signed by the laptop that issued it.

    SC1 | the signed statement (``kiosk.sync.attest_code``), base 32

All of it in Crockford's symbols, as on slips: a QR takes them in its alphanumeric mode, and a
scanner that types them types the same on every keyboard. Ed25519 signs without a random part, so
that the same certificate printed again bears the same symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.ids import CampaignId, DeviceId, Serial
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.attesting import ATTESTED, Attested, Facts
from kiosk.sync.attest_code import (
    Link,
    Signed,
    Statement,
    certificate_of,
    links_in,
    pack,
    root_tag,
    unpack,
)
from kiosk.sync.crockford import from_symbols, to_symbols
from kiosk.sync.identity import DeviceCertificate, DeviceIdentity, canonical
from kiosk.sync.trust import CampaignTrust, verify_certificate

MOST_SYMBOLS = 619  # of a QR of version 13-L; beyond it the way to the signer is left out
LONGEST = 2_000
_SIGNED = b"samvad kiosk: certificate of a visitor\x00"
_MENDED = str.maketrans("OIL", "011")


def nobody_known(_device: DeviceId) -> bytes | None:
    """Of no laptop's certificate anything is known but what the statement carries."""
    return None


class Attester:
    """Implements the port ``Attest`` for one campaign.

    ``identities``: who this laptop is and was, as it is now first; none where it only reads.
    ``known`` gives the certificate of a laptop whose statements are too long to carry it.
    """

    def __init__(
        self,
        trust: CampaignTrust,
        identities: Sequence[DeviceIdentity] = (),
        known: Callable[[DeviceId], bytes | None] = nobody_known,
    ) -> None:
        self._trust = trust
        self._known = known
        self._signers = {one.id: _Signer(one, trust.campaign) for one in reversed(identities)}
        self._now = self._signers[identities[0].id] if identities else None
        self.tag = root_tag(trust.root_public)

    def attest(self, facts: Facts) -> str:
        signer = self._signers.get(facts.device_id or DeviceId(""), self._now)
        if signer is None:
            raise EnvironmentFault("store_unsigned", campaign=self._trust.campaign)
        return signer.sign(self.tag, Statement(facts.event, facts.serial, facts.day, facts.name))

    def read(self, text: str) -> Attested:
        signed = read_symbols(text)
        if signed.root != self.tag:
            raise VisitorError("attest_other_campaign", field="certificate")
        signer = self._certified(signed)
        said = signed.statement
        message = _message(self._trust.campaign, signed.device, said)
        try:
            Ed25519PublicKey.from_public_bytes(signer.public).verify(signed.signature, message)
        except (InvalidSignature, ValueError) as error:
            raise VisitorError("attest_altered", field="certificate") from error
        return Attested(
            campaign=self._trust.campaign, practice=self._trust.practice,
            event=said.event, serial=Serial(said.serial), day=said.day, name=said.name,
            device_id=signer.id, device_code=signer.code,
            lost_at=self._trust.lost_since(signer),
        )  # fmt: skip

    def _certified(self, signed: Signed) -> DeviceCertificate:
        """Who signed, once the root is found to stand behind them."""
        carried = bool(signed.links)
        if carried:
            certificate = certificate_of(signed.links, self._trust.campaign)
        else:
            certificate = self._own(signed.device) or self._known(signed.device) or b""
        if not certificate:
            raise VisitorError("attest_device_unknown", field="certificate")
        try:
            certified = verify_certificate(certificate, self._trust)
        except VisitorError as error:
            raise VisitorError("attest_altered", field="certificate") from error
        if certified.id != signed.device:
            raise VisitorError("attest_altered", field="certificate")
        return certified

    def _own(self, device: DeviceId) -> bytes | None:
        signer = self._signers.get(device)
        return None if signer is None else signer.certificate


class Attesters:
    """Reads the certificates of several campaigns; issues none."""

    def __init__(self, campaigns: Sequence[Attester]) -> None:
        self._by_root = {one.tag: one for one in campaigns}

    def attest(self, facts: Facts) -> str:
        raise EnvironmentFault("store_unsigned", campaign=facts.event)

    def read(self, text: str) -> Attested:
        reader = self._by_root.get(read_symbols(text).root)
        if reader is None:
            raise VisitorError("attest_other_campaign", field="certificate")
        return reader.read(text)


def read_symbols(text: str) -> Signed:
    """What a text says, believed by nobody yet.

    Raises VisitorError: attest_none (no certificate's symbol), attest_altered.
    """
    if len(text) > LONGEST:
        raise VisitorError("attest_none", field="certificate")
    plain = "".join(text.upper().split())
    if not plain.startswith(ATTESTED):
        raise VisitorError("attest_none", field="certificate")
    symbols = plain.removeprefix(ATTESTED).translate(_MENDED)
    try:
        raw = from_symbols(symbols)
        if to_symbols(raw) != symbols:
            raise ValueError("symbols that are written in another way")  # noqa: TRY301 - one way out
        return unpack(raw)
    except ValueError as error:
        raise VisitorError("attest_altered", field="certificate") from error


class _Signer:
    """One identity, ready to sign."""

    def __init__(self, identity: DeviceIdentity, campaign: CampaignId) -> None:
        self._id = identity.id
        self._campaign = campaign
        self._key = Ed25519PrivateKey.from_private_bytes(identity.private)
        self.certificate = identity.certificate
        links = links_in(identity.certificate)
        self._links: tuple[Link, ...] = ()
        if certificate_of(links, campaign) == identity.certificate:
            self._links = links

    def sign(self, root: bytes, said: Statement) -> str:
        signature = self._key.sign(_message(self._campaign, self._id, said))
        text = _text(Signed(root, self._id, self._links, said, signature))
        if len(text) > MOST_SYMBOLS:
            text = _text(Signed(root, self._id, (), said, signature))
        return text


def _text(signed: Signed) -> str:
    return ATTESTED + to_symbols(pack(signed))


def _message(campaign: CampaignId, device: DeviceId, said: Statement) -> bytes:
    told = {
        "campaign": campaign, "day": said.day.isoformat(), "device": device,
        "event": said.event, "name": said.name, "serial": said.serial,
    }  # fmt: skip
    return _SIGNED + canonical(told)
