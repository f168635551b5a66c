"""The look of DOCX and ODT: A4 with page numbers, tables in small type.

It is worked into pandoc's own reference documents, which it takes styles and pages from; none comes with the program.
"""

import io
import zipfile
from collections.abc import Callable, Mapping

from lxml import etree

CELLS = "TableText"
"""The style of what stands in tables."""
_FOOTER = "rIdFooter"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COLOUR = "1D5C63"
_DOCX_SIZES = {"Title": 36, "Subtitle": 26, "Heading1": 30, "Heading2": 26, "Heading3": 23, "ImageCaption": 18}  # in half points
_DOCX_ADDED = f"""<w:styles xmlns:w="{_W}">
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText"><w:name w:val="{CELLS}"/><w:basedOn w:val="Normal"/><w:qFormat/>
<w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="left"/></w:pPr><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>
</w:styles>"""
_DOCX_BORDERS = f"""<w:tblBorders xmlns:w="{_W}"><w:top w:val="single" w:sz="6" w:space="0" w:color="{_COLOUR}"/>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="{_COLOUR}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="C8CFCE"/></w:tblBorders>"""
_DOCX_PAGE, _DOCX_SIDEWAYS = (
    f'<w:footerReference w:type="default" r:id="{_FOOTER}"/><w:pgSz {size}/>'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    for size in ('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
)
TURNED = tuple(f"<w:p><w:pPr><w:sectPr>{page}</w:sectPr></w:pPr></w:p>" for page in (_DOCX_PAGE, _DOCX_SIDEWAYS))
"""What ends the upright pages before a page on its side, and what ends that."""
_DOCX_FOOTER = f"""<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r>
<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>"""


def _docx(data: bytes) -> bytes:
    parts = _parts(data)
    styles = etree.fromstring(parts["word/styles.xml"])
    for size in styles.iterfind(f"{{{_W}}}docDefaults//{{{_W}}}sz"):
        size.set(f"{{{_W}}}val", "21")
    for style in styles.iterfind(f"{{{_W}}}style"):
        name = style.get(f"{{{_W}}}styleId", "")
        for size in style.iter(f"{{{_W}}}sz", f"{{{_W}}}szCs"):
            size.set(f"{{{_W}}}val", str(_DOCX_SIZES.get(name.removesuffix("Char"), size.get(f"{{{_W}}}val"))))
        for colour in style.iter(f"{{{_W}}}color"):
            if name.startswith("Heading"):
                colour.attrib.clear()
                colour.set(f"{{{_W}}}val", _COLOUR)
        table = style.find(f"{{{_W}}}tblPr")
        if name == "Table" and table is not None:
            table.insert(0, etree.fromstring(_DOCX_BORDERS))  # the schema wants them before the margins, behind the indent
            table.insert(0, table[1])
    styles.extend(etree.fromstring(_DOCX_ADDED))
    document = etree.fromstring(parts["word/document.xml"])
    body = document[0]
    body.replace(body[-1], etree.fromstring(f'<w:sectPr xmlns:w="{_W}" xmlns:r="{_R}">{_DOCX_PAGE}</w:sectPr>'))
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    etree.SubElement(relations, relations[0].tag, Id=_FOOTER, Type=f"{_R}/footer", Target="footer1.xml")
    types = etree.fromstring(parts["[Content_Types].xml"])
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    etree.SubElement(types, types[-1].tag, PartName="/word/footer1.xml", ContentType=kind)
    written = {
        "word/styles.xml": styles,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": relations,
        "[Content_Types].xml": types,
        "word/footer1.xml": etree.fromstring(_DOCX_FOOTER),
    }
    return _zipped(parts | {name: etree.tostring(root, xml_declaration=True, encoding="UTF-8") for name, root in written.items()})


_STYLE, _TEXT = "urn:oasis:names:tc:opendocument:xmlns:style:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
_ODT_ADDED = f"""<style:style xmlns:style="{_STYLE}" xmlns:fo="{_FO}" style:name="{CELLS}"
 style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8pt"/></style:style>"""
_ODT_FOOTER = f"""<style:footer xmlns:style="{_STYLE}" xmlns:text="{_TEXT}"><text:p text:style-name="Footer"><text:page-number
 text:select-page="current"/></text:p></style:footer>"""


def _odt(data: bytes) -> bytes:
    parts = _parts(data)
    root = etree.fromstring(parts["styles.xml"])
    named = next(root.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}styles"))
    named.append(etree.fromstring(_ODT_ADDED))
    for layout in root.iter(f"{{{_STYLE}}}page-layout-properties"):
        for name, value in {"page-width": "21cm", "page-height": "29.7cm", "margin-left": "2.5cm", "margin-right": "2.5cm"}.items():
            layout.set(f"{{{_FO}}}{name}", value)
    for page in root.iter(f"{{{_STYLE}}}master-page"):
        if page.get(f"{{{_STYLE}}}name") == "Standard" and page.find(f"{{{_STYLE}}}footer") is None:
            page.insert(0, etree.fromstring(_ODT_FOOTER))
    return _zipped(parts | {"styles.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


OFFICE: Mapping[str, Callable[[bytes], bytes]] = {"docx": _docx, "odt": _odt}
"""Of a format: what makes its reference document of pandoc's."""


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()
