"""The tree of insights: the topic, its themes, their issues, and the papers that inherit each, the newest at the leaves.

An issue stands under the theme of the paper that raised it first. Below it stands that paper; whoever resolves the issue, raises it again
or works on the same task stands under the earlier paper that this is told of. What there is no room for is counted where it would stand.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from survey.records import ALONE, LEAVING, RESOLVING, Citation, Issue, Link, LinkKind, Node, Paper, Quote, Statement, Theme, Tie, is_later
from survey.terms import stem, words

_ISSUES = 48  # in the whole tree: what still prints on a poster
_ISSUES_OF_A_THEME = 6
_PAPERS_OF_AN_ISSUE = 7
_PAPERS_OF_A_THEME = 4  # nodes below a theme without as many issues
_DEPTH = 5  # papers below each other
_NAMING: tuple[LinkKind, ...] = ("contradicts", "inherits")  # these are told of the earlier paper, the others of the issue
_STRENGTH: tuple[LinkKind | None, ...] = (*RESOLVING, "contradicts", "restates", "raises", "causes", "inherits", None)
"""Which tie to an earlier paper decides where a paper stands; None: it cites it."""


class _Tie(NamedTuple):
    """Why a paper stands below an earlier one."""

    earlier: str
    later: str
    kind: LinkKind | None
    quotes: tuple[Quote, ...]
    cites: bool

    @property
    def how(self) -> tuple[Tie, ...]:
        own = (Tie(kind=self.kind, earlier=self.earlier if self.kind in _NAMING else ""),) if self.kind else ()
        return (*own, Tie(kind="cites", earlier=self.earlier)) if self.cites or not own else own


class _Member(NamedTuple):
    key: str
    parent: str
    depth: int
    how: tuple[Tie, ...]
    tie: _Tie | None


def build_tree(
    topic: str,
    papers: Sequence[Paper],
    themes: Sequence[Theme],
    issues: Sequence[Issue],
    statements: Sequence[Statement],
    links: Sequence[Link],
    citations: Sequence[Citation],
) -> Node:
    """The root, of kind "topic". Every paper has a node, or is counted below its theme."""
    return _Tree(papers, themes, issues, statements, links, citations).root(topic)


class _Tree:
    """What the nodes are made from: who stands under which issue, and by what tie."""

    def __init__(
        self,
        papers: Sequence[Paper],
        themes: Sequence[Theme],
        issues: Sequence[Issue],
        statements: Sequence[Statement],
        links: Sequence[Link],
        citations: Sequence[Citation],
    ) -> None:
        self.papers = {p.key: p for p in sorted(papers, key=lambda p: (p.date or "9999", p.key))}
        self.said: dict[str, list[Statement]] = {key: [] for key in self.papers}
        for statement in statements:
            self.said[statement.quote.key].append(statement)
        self.age = _ages(self.papers, links, citations)
        self.issues = {issue.id: issue for issue in issues}
        self.answers = {issue.id: {answer.key: answer for answer in issue.answers} for issue in issues}
        self.ties: dict[str, list[_Tie]] = {issue.id: [] for issue in issues}
        self._tie(links, citations)
        placed = {key for theme in themes for key in theme.papers}
        beside = tuple(key for key in self.papers if key not in placed)
        self.themes = [*themes, *([Theme(id="alone", name=ALONE, terms=(), papers=beside)] if beside else [])]
        leaves = sum(len(theme.subthemes) or 1 for theme in self.themes)
        self.most = max(1, _ISSUES // leaves) if leaves else 0
        self.shown: set[str] = set()

    # ------------------------------------------------------------ who stands where

    def _tie(self, links: Sequence[Link], citations: Sequence[Citation]) -> None:
        """Gives each issue the ties that lead to its papers: its own links; those of shared task; citations between its papers, and
        of papers that would stand nowhere else."""
        for link in links:
            if link.issue in self.ties and link.kind != "inherits":
                self._add(link.issue, link)
        inside = {issue.id: {*issue.keys, *(t.later for t in self.ties[issue.id])} for issue in self.issues.values()}
        of_paper: dict[str, list[str]] = {key: [] for key in self.papers}
        for issue, keys in inside.items():
            for key in keys:
                of_paper[key].append(issue)
        found = {key: set(ids) for key, ids in of_paper.items()}
        for link in sorted((k for k in links if k.kind == "inherits"), key=lambda k: (self.age[k.ends[0]], self.age[k.ends[1]], k.id)):
            earlier, later = link.ends
            shared = found[earlier] & found[later]
            chosen = shared or {link.issue} & self.ties.keys() or self._nearest(found[earlier], link.terms)
            for issue in chosen:
                self._add(issue, link)
                found[later].add(issue)
        citing = sorted(citations, key=lambda c: (self.age.get(c.citing, 0), -self.age.get(c.cited, 0)))
        for citation in citing:
            earlier, later = citation.cited, citation.citing
            if not self._may_follow(earlier, later):
                continue
            chosen = found[earlier] & found[later] or (set() if found[later] else self._nearest(found[earlier], [self.papers[later].gist]))
            for issue in chosen:
                quotes = (citation.quote,) if citation.quote else ()
                self.ties[issue].append(_Tie(earlier, later, None, quotes, cites=True))
                found[later].add(issue)

    def _may_follow(self, earlier: str, later: str) -> bool:
        known = earlier in self.papers and later in self.papers
        return known and self.age[earlier] < self.age[later] and not is_later(self.papers[earlier].date, self.papers[later].date)

    def _add(self, issue: str, link: Link) -> None:
        quotes = (link.later.quote, *((link.bridge.quote,) if link.bridge else ()))
        self.ties[issue].append(_Tie(*link.ends, link.kind, quotes, link.cites))

    def _nearest(self, ids: Collection[str], texts: Iterable[str]) -> set[str]:
        """Of these issues the one that shares most terms with the texts."""
        stems = {stem(word) for text in texts for word in words(text)}

        def near(issue: str) -> tuple[int, str]:
            own = {stem(word) for term in self.issues[issue].terms for word in words(term)}
            return -len(own & stems), issue

        return {min(ids, key=near)} if ids else set()

    def _members(self, issue: Issue) -> list[_Member]:
        """The papers of the issue, each behind the one it stands under."""
        ties: dict[str, list[_Tie]] = {}
        for known in self.ties[issue.id]:
            ties.setdefault(known.later, []).append(known)
        members: dict[str, _Member] = {}
        for key in sorted({*issue.keys, *ties}, key=self.age.__getitem__):
            own = [tie for tie in ties.get(key, ()) if tie.earlier in members]
            if not own and key not in issue.keys:
                own = ties[key]
            tie: _Tie | None = min(own, key=lambda t: (_STRENGTH.index(t.kind), -self.age[t.earlier]), default=None)
            how = tie.how if tie else ()
            if key in issue.keys and (tie is None or tie.kind in ("inherits", None)):
                answer = self.answers.get(issue.id, {}).get(key)
                how = (Tie(kind="raises"), *((Tie(kind=answer.kind),) if answer else ()), *how)
            parent = tie.earlier if tie and tie.earlier in members else ""
            while parent and (members[parent].depth >= _DEPTH or is_later(self.papers[parent].date, self.papers[key].date)):
                parent = members[parent].parent
            members[key] = _Member(key, parent, members[parent].depth + 1 if parent else 1, how, tie)
        return list(members.values())

    # ------------------------------------------------------------ nodes

    def root(self, topic: str) -> Node:
        of_theme: dict[str, list[Issue]] = {}
        home = {key: leaf.id for theme in self.themes for leaf in (theme, *theme.subthemes) for key in leaf.papers}
        for issue in self.issues.values():
            of_theme.setdefault(home[issue.first_raised or issue.keys[0]], []).append(issue)
        with_issues = {leaf.id: self._of_theme(of_theme.get(leaf.id, [])) for t in self.themes for leaf in (t, *t.subthemes)}
        self.shown = {key for nodes in with_issues.values() for node in nodes for key in _papers(node)}
        return Node(kind="topic", id="", label=topic, children=tuple(self._theme(t, with_issues, of_theme) for t in self.themes))

    def _of_theme(self, issues: Sequence[Issue]) -> list[Node]:
        """Its issues with most papers; one that shows no paper anew stands back behind those that do."""
        members = {issue.id: self._members(issue) for issue in issues}

        def rank(issue: Issue) -> tuple[int, int, float, str]:
            answers = {t.later for t in self.ties[issue.id] if t.kind in RESOLVING}
            return -len({*issue.keys, *answers}), -len(members[issue.id]), -issue.statements[0].weight, issue.id

        seen: set[str] = set()
        first: list[Issue] = []
        back: list[Issue] = []
        for issue in sorted(issues, key=rank):
            keys = {member.key for member in members[issue.id]}
            (back if keys <= seen else first).append(issue)
            seen |= keys
        return [self._issue(issue, members[issue.id]) for issue in [*first, *back][: min(_ISSUES_OF_A_THEME, self.most)]]

    def _theme(self, theme: Theme, with_issues: Mapping[str, Sequence[Node]], of_theme: Mapping[str, Sequence[Issue]]) -> Node:
        below = tuple(self._theme(sub, with_issues, of_theme) for sub in theme.subthemes)
        issues = with_issues[theme.id]
        counted = self.shown.union(*(sub.papers for sub in theme.subthemes))
        left = sorted((key for key in theme.papers if key not in counted), key=self.age.__getitem__)
        room = max(0, min(_PAPERS_OF_A_THEME, self.most) - len(issues))
        newest = left[len(left) - min(room, len(left)) :]
        return Node(
            kind="theme",
            id=theme.id,
            label=theme.name,
            quotes=(theme.about,) if theme.about else (),
            children=(*issues, *(self._paper(_Member(key, "", 1, (), None), None, ()) for key in newest), *below),
            more=len(of_theme.get(theme.id, ())) - len(issues),
            others=tuple(left[: len(left) - len(newest)]),
        )

    def _issue(self, issue: Issue, members: Sequence[_Member]) -> Node:
        chosen = _chosen(members, issue)
        shown = [member for member in members if member.key in chosen]
        children: dict[str, list[Node]] = {}
        for member in reversed(shown):  # whoever stands below another comes behind it
            children.setdefault(member.parent, []).insert(0, self._paper(member, issue, children.pop(member.key, ())))
        return Node(
            kind="issue",
            id=issue.id,
            label=issue.label,
            status=issue.status,
            quotes=tuple(s.quote for s in issue.statements),
            children=tuple(children.get("", ())),
            others=tuple(member.key for member in members if member.key not in chosen),
        )

    def _paper(self, member: _Member, issue: Issue | None, children: Iterable[Node]) -> Node:
        said = self.said[member.key]
        raised = [s for s in issue.statements if s.quote.key == member.key] if issue else []
        tie = member.tie
        answer = self.answers.get(issue.id, {}).get(member.key) if issue else None
        resolved = answer.quote if answer else _plainest(said, ("resolved",), ("result",), ("purpose",))
        left = _plainest(raised, LEAVING) or _plainest(said, LEAVING)
        return Node(
            kind="paper",
            id=member.key,
            label=self.papers[member.key].name,
            quotes=tuple(dict.fromkeys([*(tie.quotes if tie else ()), *(s.quote for s in raised)])),
            how=member.how,
            resolved=resolved,
            left=left,
            children=tuple(children),
        )


def _chosen(members: Sequence[_Member], issue: Issue) -> set[str]:
    """Who is shown: who raised the issue first, who resolved it, who raised it again, and the newest; each with those it stands under."""
    by_key = {member.key: member for member in members}

    def rank(member: _Member) -> tuple[bool, bool, bool, int]:
        resolves = member.tie is not None and member.tie.kind in RESOLVING
        return member is not members[0], not resolves, member.key not in issue.keys, -members.index(member)

    chosen: set[str] = set()
    for member in sorted(members, key=rank):
        line = [member.key]
        while by_key[line[-1]].parent:
            line.append(by_key[line[-1]].parent)
        if len(chosen.union(line)) <= _PAPERS_OF_AN_ISSUE:
            chosen.update(line)
    return chosen


def _plainest(said: Iterable[Statement], *roles: Collection[str]) -> Quote | None:
    """The plainest statement in the first of these groups of roles that has one."""
    for group in roles:
        own = [s for s in said if s.role in group]
        if own:
            return min(own, key=lambda s: (-s.weight, s.id)).quote
    return None


def _papers(node: Node) -> Iterable[str]:
    if node.kind == "paper":
        yield node.id
    for child in node.children:
        yield from _papers(child)


def _ages(papers: Mapping[str, Paper], links: Iterable[Link], citations: Iterable[Citation]) -> dict[str, int]:
    """The place of each paper in an order by date in which no link, and no citation that dates allow, runs backwards; of papers that
    cite each other in a circle the older comes first."""
    pairs = {link.ends for link in links}
    pairs |= {(c.cited, c.citing) for c in citations if c.cited in papers and c.citing in papers}
    after: dict[str, list[str]] = {key: [] for key in papers}
    waiting = dict.fromkeys(papers, 0)
    for earlier, later in sorted(pairs):
        if earlier != later and not is_later(papers[earlier].date, papers[later].date):
            after[earlier].append(later)
            waiting[later] += 1
    by_date = {key: n for n, key in enumerate(papers)}  # papers come by date
    ready = [by_date[key] for key, count in waiting.items() if not count]
    heapify(ready)
    keys = list(papers)
    age: dict[str, int] = {}
    while ready:
        key = keys[heappop(ready)]
        age[key] = len(age)
        for later in after[key]:
            waiting[later] -= 1
            if not waiting[later]:
                heappush(ready, by_date[later])
    return age | {key: len(age) + n for n, key in enumerate(key for key in keys if key not in age)}
