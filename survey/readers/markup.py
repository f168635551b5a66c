"""XML and HTML that may be hostile: no entity is expanded, nothing is fetched, nesting and size are bounded by the parser (libxml2)."""

import re
from html.entities import html5

from lxml import etree, html

DEEPEST = 250
"""Elements within one another; libxml2 itself stops at 256. Papers nest some twenty deep."""
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")


class Refused(Exception):
    """The XML cannot or must not be read; ``place`` is its line, where it has one."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


def parse(text: str) -> "etree._Element":
    """The root of ``text``. Raises :class:`Refused` for what is damaged, declares entities of its own or nests too deep."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(_spelt_out(text.strip()).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line = f"line {error.lineno}" if error.lineno else ""
        message = str(error).casefold()
        if "entity amplification" in message or "entity reference loop" in message:
            raise Refused("the XML declares entities of its own, which can hide what is read", line) from error
        raise Refused("the XML nests too deep" if "depth" in message else "the XML is damaged or cut off", line) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:  # type: ignore[union-attr]  # the stubs lack it
        raise Refused("the XML declares entities of its own, which can hide what is read")
    etree.strip_tags(root, etree.Entity)  # what is left of them has no meaning; the text behind them has
    return root


def _spelt_out(text: str) -> str:
    """``text`` with the named characters of old DTDs ("&ndash;"), which are not fetched, put in; what could be taken for markup stays."""
    if "<!ENTITY" in text or "&" not in text:
        return text
    return _NAMED.sub(lambda m: m[0] if html5.get(m[1], "<") in "<>&\"'" else html5[m[1]], text)


def bare(root: "etree._Element") -> "etree._Element":
    """``root`` with the names of all its elements and attributes stripped of their namespaces."""
    for element in root.iter("{*}*"):
        element.tag = etree.QName(element).localname
        for name, value in [(name, value) for name, value in element.attrib.items() if str(name)[:1] == "{"]:
            element.set(etree.QName(name).localname, value)
    return root


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
