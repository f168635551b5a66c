"""The look of DOCX and ODT, worked into pandoc's own reference documents."""
from collections.abc import Callable, Mapping
CELLS = "Table Text"
OFFICE: Mapping[str, Callable[[bytes], bytes]] = {"docx": bytes, "odt": bytes}
