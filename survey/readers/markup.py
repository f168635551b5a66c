"""XML that may be hostile: no entity is expanded, nothing is fetched, nesting and size are bounded by the parser (libxml2)."""

from lxml import etree

DEEPEST = 250
"""Elements within one another; libxml2 itself stops at 256. Papers nest some twenty deep."""


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
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line = f"line {error.lineno}" if error.lineno else ""
        deep = "depth" in str(error).casefold()
        raise Refused("the XML nests too deep" if deep else "the XML is damaged or cut off", line) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:  # type: ignore[union-attr]  # the stubs lack it
        raise Refused("the XML declares entities of its own, which can hide what is read")
    return root
