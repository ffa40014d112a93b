"""What a file says of itself to machines: an XMP packet that agrees with the file's Info.

ISO 16684-1 (XMP) and ISO 14289-1, clause 5, by which a file says that it is meant as PDF/UA-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

SOFTWARE = "Samvad Kiosk"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """``identifier`` is what tells this file from all others: a serial, a number."""

    title: str
    language: str
    creator: str = ""
    identifier: str = ""


def packet(facts: Facts) -> bytes:
    """The packet, in UTF-8. There are no dates: the same content makes the same file."""
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items())
    parts = [
        _element("dc:format", "application/pdf"),
        _element("dc:title", _list("Alt", facts.title, ' xml:lang="x-default"')),
        _element("dc:language", _list("Bag", facts.language)),
        _element("pdf:Producer", SOFTWARE),
        _element("xmp:CreatorTool", SOFTWARE),
        _element("pdfuaid:part", "1"),
    ]
    if facts.creator:
        parts.append(_element("dc:creator", _list("Seq", facts.creator)))
    if facts.identifier:
        parts.append(_element("dc:identifier", escape(facts.identifier)))
        description = _list("Alt", facts.identifier, ' xml:lang="x-default"')
        parts.append(_element("dc:description", description))
    lines = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        f'<rdf:Description rdf:about=""{spaces}>',
        *parts,
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        '<?xpacket end="r"?>',
    )
    return "\n".join(lines).encode()


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _list(kind: str, text: str, attribute: str = "") -> str:
    return f"<rdf:{kind}><rdf:li{attribute}>{escape(text)}</rdf:li></rdf:{kind}>"
