"""A PDF made of lines at given places: enough of the format for PDFium to read, written from the specification."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple


class Put(NamedTuple):
    """A piece of text; ``how`` are operators before it: a colour ("1 g"), a way of drawing ("3 Tr"), a state ("/Clear gs")."""

    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False
    how: str = ""


class Box(NamedTuple):
    """A filled rectangle of one grey (0 is black), or an image of one grey."""

    x: float
    y: float
    width: float
    height: float
    grey: float = 0
    image: bool = False


IMAGE = Box(0, 0, 612, 792, 0.5, image=True)
"""A page that is one image, as a scan is."""


def pdf(
    pages: Sequence[Sequence[Put | Box]], title: str = "", width: int = 612, height: int = 792, encrypt: str = "", page: str = ""
) -> bytes:
    """The bytes of a PDF; ``encrypt`` is put into the trailer as it is, so that the file asks for a password it has no answer to; ``page``
    into the dictionary of each page ("/Rotate 90")."""
    fonts = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-%s /Encoding /WinAnsiEncoding >>" % name for name in (b"Roman", b"Bold")]
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *fonts]
    kids = []
    for lines in pages:
        drawn = b"".join(map(_drawn, lines))
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R %s /Resources << /ExtGState << /Clear << /ca 0 >> >> "
            b"/Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (width, height, len(bodies), page.encode())
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    bodies.append(b"<< /Title (%s) >>" % _escaped(title))
    made = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R %s >>" % (len(bodies) + 1, len(bodies), encrypt.encode())
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table, trailer, len(made))


def _drawn(thing: Put | Box) -> bytes:
    if isinstance(thing, Put):
        font = 2 if thing.bold else 1
        place = thing.size, thing.x, thing.y
        return b"q BT %s /F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET Q\n" % (thing.how.encode(), font, *place, _escaped(thing.text))
    if thing.image:
        dot = b"BI /W 1 /H 1 /CS /G /BPC 8 ID %c EI" % int(255 * thing.grey)
        return b"q %g 0 0 %g %g %g cm %s Q\n" % (thing.width, thing.height, thing.x, thing.y, dot)
    return b"q %g g %g %g %g %g re f Q\n" % (thing.grey, thing.x, thing.y, thing.width, thing.height)


def locked(data: bytes, password: str) -> bytes:
    """The same PDF, encrypted so that ``password`` opens it."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _escaped(text: str) -> bytes:
    return text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(text: Sequence[str], x: float = 72, y: float = 700, size: float = 10, step: float = 12, bold: bool = False) -> list[Put]:
    return [Put(line, x, y - i * step, size, bold) for i, line in enumerate(text)]
