"""The sentences of a reply while its text comes in: each as soon as it is whole.

Heard are replies that begin with their object, perhaps behind thinking that was closed or the mark of a code fence. What begins otherwise
may be a model that thinks aloud and answers in its last object (:func:`survey.models.formats.parsed`): of that nothing is heard before its
end. Brackets are counted, not entered, and each character is looked at once, however the text was cut.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from survey.models.formats import LONGEST, fitting, thinks
from survey.models.streaming import Received
from survey.records import Record
from survey.tasks import Prose, Written

FIELD = "sentences"  # of Written

_STARTS = re.compile(r"\s*(?:(?P<object>\{)|<(?P<thinking>think|thinking|reasoning)>|`{3,}\w*\s)")
_MAY_START = re.compile(r"\s*(?:[<`][^\n]{0,20})?")
_UNQUOTED = re.compile(r'["{}\[\],]')
_QUOTED = re.compile(r'["\\]')


class Listening:
    """Told of a stream after each of its events; hands on each sentence that has become whole, ``cleaned`` as the whole reply will be."""

    def __init__(self, kind: type[Record], schema: dict[str, Any], cleaned: Callable[[str], str], heard: Callable[[Prose], None]) -> None:
        self._kind = kind
        self._schema = schema
        self._cleaned = cleaned
        self._heard = heard
        self._followed: list[str] | None = None
        self._at = 0
        self._elements = Elements(FIELD)

    def __call__(self, received: Received) -> None:
        pieces = received.arguments or received.pieces
        if pieces is not self._followed:  # the arguments of a call go before what was said beside them
            self._followed, self._at, self._elements = pieces, 0, Elements(FIELD)
        for piece in pieces[self._at :]:
            for element in self._elements.read(piece):
                self._tell(self._cleaned(element))
        self._at = len(pieces)

    def _tell(self, element: str) -> None:
        try:
            if thinks(element):
                raise ValueError("marks of thinking are cut out of the whole")
            reply = fitting({FIELD: [json.loads(element)]}, self._kind, self._schema)
        except (ValueError, RecursionError):  # with it the whole is no reply, or another one
            self._elements.over = True
            return
        assert isinstance(reply, Written)
        for prose in reply.sentences:
            self._heard(prose)


class Elements:
    """The objects in the list ``field`` of the object that a text begins with. ``over``: there are no more, or none can be told."""

    def __init__(self, field: str) -> None:
        self.over = False
        self._field = field
        self._beginning = ""  # what came so far, and may still lead to the object
        self._closes = ""  # the mark that ends the thinking which began
        self._depth = 0
        self._size = 0
        self._quoted = self._escaped = False
        self._listed = False  # the list is open
        self._due = True  # a comma came since the last element
        self._held: list[str] = []  # of the name, or the element, that is under way

    def read(self, piece: str) -> Iterator[str]:
        """The elements that this piece makes whole."""
        at = 0
        if not self._depth and not self.over:
            piece, at = self._object_in(piece)
        self._size += len(piece) - at
        self.over = self.over or self._size > LONGEST  # in the whole no longer one is looked for
        start = at
        while not self.over and (at := self._mark_in(piece, at)):
            mark, level = piece[at - 1], 2 if self._listed else 1
            if mark in "]}":
                self._depth -= 1
                self.over = self._depth < level
                if self._listed and self._depth == level:
                    yield self._taken(piece[start:at])
                    start = at
                    self._due = False
            elif self._depth > level:
                self._depth += mark in "[{"
            else:
                before = self._taken(piece[start : at - 1])
                start = at - 1 if mark == "{" else at
                self._meet(mark, before)
                self._depth += mark in "[{"
        if not self.over:
            self._held.append(piece[start:])

    def _meet(self, mark: str, before: str) -> None:
        """A comma or the beginning of a value, of the object or the list."""
        if self._listed:
            self.over = bool(before.strip()) or self._due == (mark == ",") or mark == "["
            self._due = True
        elif mark == "[":
            self._listed = _named(before) == self._field

    def _taken(self, last: str) -> str:
        held = "".join([*self._held, last])
        self._held.clear()
        return held

    def _mark_in(self, piece: str, at: int) -> int:
        """Behind the next bracket or comma that stands in no string; 0 if there is none."""
        while True:
            if self._escaped:
                if at >= len(piece):
                    return 0
                self._escaped = False
                at += 1
            found = (_QUOTED if self._quoted else _UNQUOTED).search(piece, at)
            if not found:
                return 0
            at = found.end()
            if found[0] == '"':
                self._quoted = not self._quoted
            elif found[0] == "\\":
                self._escaped = True
            else:
                return at

    def _object_in(self, piece: str) -> tuple[str, int]:
        """The text, and where in it the object was entered; its end, where the object did not begin yet."""
        text, at = self._beginning + piece, 0
        while True:
            if self._closes:
                closed = text.find(self._closes, at)
                if closed < 0:
                    self._beginning = text[max(at, len(text) - len(self._closes) + 1) :]
                    return "", 0
                at = closed + len(self._closes)
                self._closes = ""
            found = _STARTS.match(text, at)
            if not found:
                break
            at = found.end()
            if found["object"]:
                self._depth = 1
                return text, at
            self._closes = f"</{found['thinking']}>" if found["thinking"] else ""
        self._beginning = text[at:].lstrip()
        self.over = not _MAY_START.fullmatch(self._beginning)
        return "", 0


def _named(text: str) -> str:
    """The name in ``"name":``; "" where it is none."""
    name, colon, rest = text.strip().rpartition(":")
    try:
        found = json.loads(name) if colon and not rest else ""
    except ValueError:
        return ""
    return found if isinstance(found, str) else ""
