"""Records in JSON: CSL-JSON, Zotero, OpenAlex, Semantic Scholar and Crossref, told apart by their keys, record by record."""

from collections.abc import Callable, Iterator
from typing import Any

from survey.readers.bibliographies import crossref, csljson, openalex, semanticscholar, zoterojson
from survey.readers.bibliographies.jsonvalues import Object, loaded, mapping
from survey.readers.formats import Found
from survey.records import Skipped, Source

_KNOWN: tuple[tuple[Callable[[Object], bool], Callable[[Object, Source], list[Found]]], ...] = (
    (openalex.is_one, openalex.found),
    (semanticscholar.is_one, semanticscholar.found),
    (zoterojson.is_one, zoterojson.found),
    (crossref.is_one, crossref.found),
    (csljson.is_one, csljson.found),
)
_LISTS = ("items", "results", "data", "papers", "works")
"""What replies and exports call their list of records."""
_CURE = "export CSL-JSON, or save the reply of OpenAlex, Semantic Scholar or Crossref as it came"


def read(text: str, name: str) -> list[Found]:
    """The papers of every record that is known; what is none is named with its place."""
    try:
        values = list(loaded(text))
    except RecursionError:
        return [Skipped(source=name, reason="the JSON nests too deep", cure="export the records again")]
    except ValueError as error:
        return [
            Skipped(source=name, reason=f"the JSON cannot be read: {str(error)[:100]}", cure="get the file again: it is damaged or cut off")
        ]
    found: list[Found] = []
    any_known = False
    for line, value in values:
        if isinstance(value, ValueError):
            found.append(Skipped(source=name, place=line, reason=f"the JSON cannot be read: {value}", cure="get the file again"))
            continue
        for place, item in _items(value):
            where = line if not place else f"{line}, {place}" if line else place
            make = next((make for known, make in _KNOWN if isinstance(item, dict) and known(item)), None)
            any_known = any_known or make is not None
            if make is None:
                found.append(Skipped(source=name, place=where, reason="is no record of a paper that is known", cure=_CURE))
            else:
                found += make(item, Source(path=name, place=where, reader=make.__module__.rpartition(".")[2]))
    return found if any_known else [Skipped(source=name, reason="is JSON, but not a format that is read", cure=_CURE)]


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """The records in a value, each with its place: itself, or those of the list that it is or holds."""
    if isinstance(value, dict):
        inner = mapping(value.get("message")) or value  # Crossref's envelope
        held = next((inner[key] for key in _LISTS if isinstance(inner.get(key), list)), None)
        if held is None or any(known(inner) for known, _ in _KNOWN):
            yield "", inner
            return
        value = held
    if not isinstance(value, list):
        yield "", value
        return
    for number, item in enumerate(value, 1):
        if item is not None:  # Semantic Scholar's word for a paper that it does not have
            yield f"record {number}", item
