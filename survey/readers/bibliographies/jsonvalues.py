"""Values of JSON that may be anything: what is not of the type that is asked for counts as not there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from survey.readers.cleaning import one_line

Object = Mapping[str, Any]


def text(value: Any) -> str:
    """A string on one line, or a number as it is printed; of a list its first value; otherwise ""."""
    if isinstance(value, list):
        return next((found for item in value if (found := text(item))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value))


def texts(value: Any) -> list[str]:
    return [found for item in value if (found := text(item))] if isinstance(value, list) else [text(value)] if text(value) else []


def mapping(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def loaded(document: str) -> Iterator[tuple[str, Any]]:
    """Place and value of what ``document`` holds: one value, or a value on each line ("line 3"). A line that is no JSON is a ValueError.

    Raises ValueError for what is no JSON, RecursionError for what nests too deep.
    """
    try:
        value = json.loads(document)
    except json.JSONDecodeError as error:
        if "\n" not in document.strip() or error.msg != "Extra data":
            raise
    else:
        yield "", value
        return
    for number, line in enumerate(document.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except ValueError as error:
                yield f"line {number}", error
