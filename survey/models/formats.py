"""Ways to ask a server for a reply of a fixed form, the strictest first, and how its text becomes that reply.

Servers differ: OpenAI and vLLM take ``json_schema``, llama.cpp's Python server answers it with status 500 but takes a schema beside
``json_object``, others know forced tool calls only, or nothing at all.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import ValidationError

from survey.prompting import Message
from survey.records import Record

Rung = Literal["json_schema", "json_object_schema", "tool", "json_object", "prompt"]
RUNGS: tuple[Rung, ...] = ("json_schema", "json_object_schema", "tool", "json_object", "prompt")

_STARTS = 2000  # places of a text at which an object is looked for: more braces are no reply
LONGEST = 200_000  # characters of a text, from its end, that are looked at: ten times what the longest reply of a task takes
_SHOWN = 160
_OPENS = re.compile(r"<(think|thinking|reasoning)>")
_CLOSES = re.compile(r"</(?:think|thinking|reasoning)>")


class Unusable(Exception):  # never leaves the room of models: it becomes an error of survey.errors
    """Why a text is no reply; told to the model in the repair turn."""


class Misread(Unusable):
    """The form is right, but what it says has nothing to do with the question."""


def wire_schema(kind: type[Record]) -> dict[str, Any]:
    """The JSON schema as strict servers take it: references put in place, every field required, nothing else allowed, no bounds."""
    schema = kind.model_json_schema()
    return _plain(schema, schema.get("$defs", {}))


_KEPT = ("type", "enum", "const", "description")


def _plain(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rpartition("/")[2]], definitions)
    plain = {name: node[name] for name in _KEPT if name in node and name != "description"}
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    if node.get("type") == "object":
        fields = {name: _plain(field, definitions) for name, field in node.get("properties", {}).items()}
        plain |= {"properties": fields, "required": list(fields), "additionalProperties": False}
    if "items" in node:
        plain["items"] = _plain(node["items"], definitions)
    if "anyOf" in node:
        plain["anyOf"] = [_plain(choice, definitions) for choice in node["anyOf"]]
    return plain


def request_of(rung: Rung, schema: dict[str, Any]) -> dict[str, Any]:
    """What the rung adds to the body of a request."""
    if rung == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}}
    if rung == "json_object_schema":
        return {"response_format": {"type": "json_object", "schema": schema}}
    if rung == "tool":
        function = {"name": "reply", "description": "Gives the reply.", "parameters": schema}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": {"type": "function", "function": {"name": "reply"}}}
    return {"response_format": {"type": "json_object"}} if rung == "json_object" else {}


def told(rung: Rung, messages: list[Message], schema: dict[str, Any]) -> list[Message]:
    """The messages; where the server does not hold the model to the schema, the last one ends with it."""
    if rung not in ("json_object", "prompt"):
        return messages
    last = messages[-1]
    return [*messages[:-1], Message(last.role, f"{last.content}\n\n{wanted(schema)}")]


def wanted(schema: dict[str, Any]) -> str:
    return f"Reply with one JSON object and nothing else. It must fit this JSON schema: {json.dumps(schema, ensure_ascii=False)}"


def repair(text: str, reason: str, schema: dict[str, Any]) -> list[Message]:
    """The turn that follows a reply which could not be used."""
    return [
        Message("assistant", text[:4000] or "…"),
        Message("user", f"That reply could not be used: {reason}. {wanted(schema)}"),
    ]


def parsed(text: str, kind: type[Record], schema: dict[str, Any]) -> Record:
    """The reply that a text holds: its last JSON object that fits. Thinking, code fences and prose around it are passed over.

    Fields beyond the schema are left away and numbers that stand for ids become text: both are slips of small models, and neither
    brings in anything that the schema does not allow. Raises :class:`Unusable`.
    """
    reason = ""
    for found in _objects(without_thinking(text[-LONGEST:])):
        try:
            return fitting(found, kind, schema)
        except ValidationError as error:
            reason = reason or _reason(error)
    raise Unusable(reason or "it holds no whole JSON object")


def fitting(value: dict[str, Any], kind: type[Record], schema: dict[str, Any]) -> Record:
    """Raises :class:`pydantic.ValidationError`."""
    reply = kind.model_validate_json(json.dumps(_fitted(value, schema)))
    return kind.model_validate_json(reply.model_dump_json())  # as it will be kept: NaN, or a number without end, is not


def thinks(text: str) -> bool:
    """Whether a mark of thinking stands in it."""
    return bool(_OPENS.search(text) or _CLOSES.search(text))


def without_thinking(text: str) -> str:
    """Without ``<think>…</think>``. Templates may swallow the opening mark, and a model may forget the closing one."""
    kept: list[str] = []
    unclosed: set[str] = set()
    start = at = 0
    while opened := _OPENS.search(text, at):
        at, close = opened.end(), f"</{opened[1]}>"
        closed = -1 if close in unclosed else text.find(close, at)
        if closed < 0:
            unclosed.add(close)
            continue
        kept.append(text[start : opened.start()])
        start = at = closed + len(close)
    return _CLOSES.split("".join([*kept, text[start:]]))[-1]


def shown(text: str) -> str:
    """The beginning of a text, on one line, for an error."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _SHOWN]).split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects, the last first: a model that thinks aloud answers at the end."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    end = 0
    for _, match in zip(range(_STARTS), re.finditer(r"\{", text), strict=False):
        if match.start() < end:
            continue
        try:
            value, end = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        found.append(value)
    yield from reversed(found)


def _fitted(value: Any, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "object" and isinstance(value, dict):
        return {name: _fitted(value[name], field) for name, field in schema["properties"].items() if name in value}
    if schema.get("type") == "array" and isinstance(value, list):
        return [_fitted(item, schema["items"]) for item in value]
    if schema.get("type") == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _reason(error: ValidationError) -> str:
    """The first three faults, without the values: these may be long."""
    faults = [f"{'.'.join(map(str, fault['loc'])) or 'the object'}: {fault['msg']}" for fault in error.errors()[:3]]
    return "; ".join(faults)
