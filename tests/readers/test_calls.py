"""PDFium's functions with addresses for pointers: they tell the same as those with typed ones."""

import ctypes

import pypdfium2 as pdfium
from pypdfium2 import raw

from survey.readers.pdf.calls import address_of, direct
from tests.readers.paper_pdf import Put, pdf


def test_addresses_give_what_typed_pointers_give() -> None:
    document = pdfium.PdfDocument(pdf([[Put("Owls of the north", 72, 700)]]))
    try:
        page = document[0].get_textpage()
        typed, plain = [ctypes.c_double() for _ in range(4)], [ctypes.c_double() for _ in range(4)]
        assert raw.FPDFText_GetCharBox(page.raw, 3, *map(ctypes.byref, typed))
        assert direct.FPDFText_GetCharBox(address_of(page.raw), 3, *map(ctypes.addressof, plain))
        assert [value.value for value in plain] == [value.value for value in typed]
        assert plain[0].value > 72
        assert direct.FPDFText_GetTextObject(address_of(page.raw), 3) == address_of(raw.FPDFText_GetTextObject(page.raw, 3))
        assert direct.FPDFText_GetTextObject(address_of(page.raw), 999) is None
    finally:
        document.close()
