"""What was found as a graph, in GraphML: papers, issues and themes, and what joins them. Gephi, yEd, Cytoscape and networkx read it."""

from collections.abc import Iterable, Iterator
from html import escape

from survey.records import Survey, Theme
from survey.render.drawing import element
from survey.render.text import plain

_NODE = {"kind": "string", "label": "string", "year": "int", "status": "string", "words": "string"}
_EDGE = {
    "kind": "string",
    "verdict": "string",
    "score": "double",
    "similarity": "double",
    "overlap": "double",
    "cites": "boolean",
    "order": "string",
    "issue": "string",
    "reason": "string",
    "earlier": "string",
    "later": "string",
    "bridge": "string",
}
Value = str | float | int | bool | None


def graphml(survey: Survey) -> str:
    """Nodes "paper:KEY", "issue:ID", "theme:ID". Edges, by ``kind``: the kinds of links, from the earlier paper to the later;
    "cites"; "raises_issue" from a paper to an issue; "belongs" from a paper or a subtheme to its theme.
    """
    keys = [_key("node", name, kind) for name, kind in _NODE.items()] + [_key("edge", name, kind) for name, kind in _EDGE.items()]
    known = {paper.key for paper in survey.papers}
    edges = [
        edge for edge in _edges(survey) if known.issuperset(key.removeprefix("paper:") for key in edge[:2] if key.startswith("paper:"))
    ]
    graph = [
        *(_element("node", {"id": name}, "n", values) for name, values in _nodes(survey)),
        *(_element("edge", {"id": f"e{n}", "source": s, "target": t}, "e", values) for n, (s, t, values) in enumerate(edges)),
    ]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">', *keys]
    return "\n".join([*lines, '<graph id="survey" edgedefault="directed">', *graph, "</graph>", "</graphml>", ""])


def _key(of: str, name: str, kind: str) -> str:
    return f'<key id="{of[0]}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'


def _element(name: str, attributes: dict[str, str], prefix: str, values: dict[str, Value]) -> str:
    data = (element("data", _text(value), key=f"{prefix}_{key}") for key, value in values.items() if value not in (None, ""))
    clean = {key: plain(value) for key, value in attributes.items()}
    return element(name, "".join(data), **clean)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else escape(plain(str(value)))


def _nodes(survey: Survey) -> Iterator[tuple[str, dict[str, Value]]]:
    for paper in survey.papers:
        yield f"paper:{paper.key}", {"kind": "paper", "label": paper.name, "year": paper.year}
    for issue in survey.issues:
        words = issue.statements[0].quote.text
        yield f"issue:{issue.id}", {"kind": "issue", "label": issue.label, "status": issue.status, "words": words}
    for theme in _themes(survey.themes):
        words = theme.about.text if theme.about else ""
        yield f"theme:{theme.id}", {"kind": "theme", "label": theme.name, "words": words}


def _edges(survey: Survey) -> Iterator[tuple[str, str, dict[str, Value]]]:
    for link in survey.links:
        values: dict[str, Value] = {
            **{name: getattr(link, name) for name in _EDGE if name not in ("earlier", "later", "bridge")},
            "earlier": link.earlier.quote.text,
            "later": link.later.quote.text,
            "bridge": link.bridge.quote.text if link.bridge else None,
        }
        yield f"paper:{link.ends[0]}", f"paper:{link.ends[1]}", values
    for citation in survey.citations:
        yield f"paper:{citation.citing}", f"paper:{citation.cited}", {"kind": "cites"}
    for issue in survey.issues:
        for statement in issue.statements:
            yield f"paper:{statement.quote.key}", f"issue:{issue.id}", {"kind": "raises_issue", "later": statement.quote.text}
    for theme in survey.themes:
        inside = {key for sub in theme.subthemes for key in sub.papers}
        for key in theme.papers:
            if key not in inside:
                yield f"paper:{key}", f"theme:{theme.id}", {"kind": "belongs"}
        for sub in theme.subthemes:
            yield f"theme:{sub.id}", f"theme:{theme.id}", {"kind": "belongs"}
            for key in sub.papers:
                yield f"paper:{key}", f"theme:{sub.id}", {"kind": "belongs"}


def _themes(themes: Iterable[Theme]) -> Iterator[Theme]:
    for theme in themes:
        yield theme
        yield from _themes(theme.subthemes)
