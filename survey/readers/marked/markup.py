"""XML and HTML that may be hostile: no entity is expanded, nothing is fetched, nesting and size are bounded by the parser (libxml2)."""

import re
from html import escape
from html.entities import html5

from lxml import etree, html

DEEPEST = 250
"""Elements within one another; libxml2 itself stops at 256. Papers nest some twenty deep."""
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_NUMBERED = re.compile(r"&#(?:x([0-9a-fA-F]{1,9})|([0-9]{1,9}));")


class Refused(Exception):
    """The XML cannot or must not be read; ``place`` is its line, where it has one."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


def parse(text: str, damage: list[Refused] | None = None) -> "etree._Element":
    """The root of ``text``. Raises :class:`Refused` for what is damaged, declares entities of its own or nests too deep.

    Who gives a list for the ``damage`` gets what could be saved of damaged XML, and is told of it there.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
        recover=True,  # from what is merely untidy: an odd xml:id, a namespace that is not declared
    )  # fmt: skip
    try:
        root = etree.fromstring(_spelt_out(text.strip()).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Refused("the XML is damaged or cut off", f"line {error.lineno}" if error.lineno else "") from error
    fatal = next((entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.FATAL), None)
    if fatal is not None:
        message = fatal.message.casefold()
        if "amplification" in message or "reference loop" in message:
            raise Refused("the XML declares entities of its own, which can hide what is read")
        if "depth" in message:
            raise Refused("the XML nests too deep", f"line {fatal.line}")
        refused = Refused("the XML is damaged or cut off", f"line {fatal.line}")
        if damage is None or root is None:
            raise refused
        damage.append(refused)
    if root is None:
        raise Refused("the XML is damaged or cut off")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:  # type: ignore[union-attr]  # the stubs lack it
        raise Refused("the XML declares entities of its own, which can hide what is read")
    etree.strip_tags(root, etree.Entity)  # what is left of them has no meaning; the text behind them has
    return root


def _spelt_out(text: str) -> str:
    """``text`` with the named characters of old DTDs ("&ndash;") put in, since DTDs are not fetched; signs of markup stay escaped."""
    if "&#" in text:  # numbers of characters that no XML may hold, as some reference managers export them
        text = _NUMBERED.sub(lambda m: "" if _forbidden(int(m[1], 16) if m[1] else int(m[2])) else m[0], text)
    if "<!ENTITY" in text or "&" not in text:
        return text
    return _NAMED.sub(lambda m: escape(html5[m[1]]) if m[1] in html5 else m[0], text)


def _forbidden(number: int) -> bool:
    return (number < 32 and number not in {9, 10, 13}) or 0xD800 <= number < 0xE000 or number in {0xFFFE, 0xFFFF} or number > 0x10FFFF


def bare(root: "etree._Element") -> "etree._Element":
    """``root`` with the names of all its elements and attributes stripped of their namespaces."""
    for element in root.iter("{*}*"):
        element.tag = _local(str(element.tag))
        for name, value in element.attrib.items():
            if (local := _local(str(name))) != name and local not in element.attrib:
                element.set(local, value)
    return root


def _local(name: str) -> str:
    local = name.rpartition("}")[2].rpartition(":")[2]
    return local if re.fullmatch(r"[^\W\d][\w.-]*", local) else "_"  # only damaged XML has such names


def parse_html(text: str) -> "etree._Element":
    """The root of a web page, however untidy. Raises :class:`Refused` for one without elements or nested too deep to be read whole."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Refused("the page is empty or damaged") from error
    if any("depth" in entry.message.casefold() for entry in parser.error_log):
        raise Refused("the page nests too deep")
    return root
