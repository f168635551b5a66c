"""A PDF made of lines at given places: enough of the format for PDFium to read, written from the specification."""

from collections.abc import Sequence
from typing import NamedTuple


class Put(NamedTuple):
    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False


def pdf(pages: Sequence[Sequence[Put]], title: str = "", width: int = 612, height: int = 792, encrypt: str = "") -> bytes:
    """The bytes of a PDF; ``encrypt`` is put into the trailer as it is, so that the file asks for a password it has no answer to."""
    fonts = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-%s /Encoding /WinAnsiEncoding >>" % name for name in (b"Roman", b"Bold")]
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *fonts]
    kids = []
    for lines in pages:
        drawn = b"".join(
            b"BT /F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (2 if line.bold else 1, line.size, line.x, line.y, _escaped(line.text))
            for line in lines
        )
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            % (width, height, len(bodies))
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


def _escaped(text: str) -> bytes:
    return text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(text: Sequence[str], x: float = 72, y: float = 700, size: float = 10, step: float = 12, bold: bool = False) -> list[Put]:
    return [Put(line, x, y - i * step, size, bold) for i, line in enumerate(text)]
