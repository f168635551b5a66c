"""Do links, chains, themes and bones hold? ``python -m bench structure --data DIR`` (four minutes).

Collections: the planted ones (``tests/fixtures/planted``), the example, ``DIR/pdf/papers`` and ``DIR/../seeds``. Each is read into a
new workspace and explored. What is checked here is checked against the stored texts, dates and citations, without the program's own
checks.

``links_valid_share``: of all links, those whose quotes (both ends, and the bridge) stand letter for letter in their papers, the bridge in
the later one, and that run between two papers of the collection forward in time, or, where the dates do not tell, from a paper to one
that cites it. ``acyclic``: 1 if the papers of every collection can be set in a row in which all links run onwards.
``labels_with_evidence_share``: of the labels of issues, themes, nodes of the tree and bones, those that carry quotes that stand, or
papers that have their words. ``papers_accounted_share``: papers in a theme, standing alone, or left out with a reason.

``planted_precision``, ``planted_recall``: links that resolve an issue, or a part of it, against the planted ones. A link is right when a
planted link runs between the same two papers and its earlier quote is one of the sentences that state that planted issue; each planted
link counts once. Planted links that are optional count neither as missed nor as wrong. ``planted_kind``: of the right ones, those with the
right kind. ``planted_open_precision``, ``planted_open_recall``: issues that are open, each known by the planted issue that its statements
state: a found one is right if it states planted issues that are open, and no others; ``planted_open_exact`` is the share of collections
whose open issues are exactly the planted ones. ``decoys_linked``: links between papers that were planted to look like links.
They are of the plain tier, three fields; ``…_hard`` are of the hard one. ``…_gold_roles``: the same when the planted
sentences are given as statements, so that only what comes after roles is measured.
``planted_others_precision`` and ``_recall``: the other kinds of links. Few are planted, and what is right beside them is not known, so the
first is over pairs of papers with a planted link of whatever kind.

``order_changes``: planted collections in which the order of the files changes anything. ``scale_…``: seconds from statements to chains, of
abstracts of ``DIR/roles/csabstruct_*.jsonl`` with the roles that people gave their sentences; vectors made beforehand.
"""

import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from pathlib import Path
from typing import NamedTuple

from survey import Workspace
from survey.chains import find_chains
from survey.citations import find_citations
from survey.embedding import Embedder, MiniLM, Remembered, StaticEmbedder
from survey.issues import find_issues
from survey.library import Library
from survey.links import find_links
from survey.links.statuses import settled
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import Bone, Citation, Issue, Link, Node, Paper, Part, Quote, Role, Statement, Survey
from survey.terms import Weights, stems
from survey.workspace import example_paths
from tests.planted import Gold, fields, files, load

SIZES = (125, 250, 500, 1000)


def measure(data: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    counts: Counter[str] = Counter()
    planted: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "vectors.sqlite") as library:
        embedder = Remembered(MiniLM(), library)
        for name, paths in _collections(data):
            held = _explored(Path(folder) / name, paths)
            found = _held(held)
            figures |= {f"{name}_papers": len(held.papers), f"{name}_links": found["links"], f"{name}_chains": len(held.survey.chains)}
            counts += found
            if name.startswith("planted_"):
                field = name.removeprefix("planted_")
                gold, tier = load(field), field.partition("/")[0]
                own, given = against_planted(held, gold), against_planted(with_gold_roles(held, gold, embedder), gold)
                named = "" if tier == "plain" else f"_{tier}"
                for kind, of in ((named, own), (f"{named}_gold_roles", given)):
                    planted[kind] += of
                again = _explored(Path(folder) / f"{name} again", paths[::-1])
                counts["order_changes"] += again.survey.model_dump(include=_FOUND) != held.survey.model_dump(include=_FOUND)
    shares = ("links_valid/links", "labels_with_evidence/labels", "papers_accounted/papers")
    figures |= {f"{of.partition('/')[0]}_share": _share(counts, *of.split("/")) for of in shares}
    figures |= {"acyclic": float(not counts["circles"]), "order_changes": counts["order_changes"]}
    for suffix, of in sorted(planted.items()):
        figures |= {
            f"planted_precision{suffix}": _share(of, "right", "found"),
            f"planted_recall{suffix}": _share(of, "hit", "wanted"),
            f"planted_kind{suffix}": _share(of, "kind", "right"),
            f"planted_open_precision{suffix}": _share(of, "open_right", "open_found"),
            f"planted_open_recall{suffix}": _share(of, "open_hit", "open_wanted"),
            f"planted_open_exact{suffix}": _share(of, "open_exact", "planted"),
            f"planted_others_precision{suffix}": _share(of, "others_right", "others_found"),
            f"planted_others_recall{suffix}": _share(of, "others_hit", "others_wanted"),
            f"decoys_linked{suffix}": of["decoys"],
        }
    return figures | _scale(data)


_FOUND = {"issues", "links", "chains", "themes", "tree", "fishbone"}


def _share(counts: Mapping[str, int], part: str, whole: str) -> float:
    return round(counts[part] / counts[whole], 4) if counts[whole] else 1.0


def _collections(data: Path) -> Iterator[tuple[str, list[Path]]]:
    yield from ((f"planted_{field}", list(files(field).values())) for field in fields())
    yield "example", example_paths()
    yield "pdf", [data / "pdf" / "papers"]
    if (data.parent / "seeds").is_dir():
        yield "seeds", [data.parent / "seeds"]


class Held(NamedTuple):
    """A collection as it was read and what was found in it; ``stems`` are the names of the papers' files without their endings."""

    papers: Mapping[str, Paper]
    stems: Mapping[str, str]
    survey: Survey


def _explored(folder: Path, paths: Sequence[Path]) -> Held:
    with Workspace.open(folder) as workspace:
        workspace.add(paths)
        survey = workspace.explore()
        papers = {paper.key: paper for paper in workspace.library.papers()}
    return Held(papers, {key: Path(paper.sources[0].path).stem for key, paper in papers.items()}, survey)


# ---------------------------------------------------------------- what must hold of every link and label


def _held(held: Held) -> Counter[str]:
    survey, papers = held.survey, held.papers
    citing = {(c.citing, c.cited) for c in survey.citations}
    labels = [*_issue_labels(survey, papers), *_theme_labels(survey, papers), *_node_labels(survey.tree, papers)]
    labels += [bool(bone.quotes) and all(_stands(q, papers) for q in bone.quotes) for bone in _bones(survey.fishbone.bones)]
    placed = {key for theme in survey.themes for key in theme.papers} | {alone.key for alone in survey.alone}
    placed |= {skipped.source.removeprefix("@") for skipped in survey.left_out}
    return Counter(
        links=len(survey.links),
        links_valid=sum(is_valid(link, papers, citing) for link in survey.links),
        circles=_circles([link.ends for link in survey.links]),
        labels=len(labels),
        labels_with_evidence=sum(labels),
        papers=len(papers),
        papers_accounted=len(placed & papers.keys()),
    )


def _stands(quote: Quote, papers: Mapping[str, Paper]) -> bool:
    return quote.key in papers and bool(quote.text) and papers[quote.key].text[quote.start : quote.end] == quote.text


def is_valid(link: Link, papers: Mapping[str, Paper], citing: Collection[tuple[str, str]]) -> bool:
    quotes = [link.earlier.quote, link.later.quote, *([link.bridge.quote] if link.bridge else [])]
    earlier, later = quotes[0].key, quotes[1].key
    if earlier == later or not all(_stands(quote, papers) for quote in quotes) or (link.bridge and quotes[2].key != later):
        return False
    order = _compared(papers[earlier].date, papers[later].date)
    return order < 0 or (order == 0 and (later, earlier) in citing and (earlier, later) not in citing)


def _compared(one: str, two: str) -> int:
    """-1, 0, 1: the first date is earlier, it is not known, it is later."""
    left, right = ([int(part) for part in date.split("-") if part.isdigit()] if date[:4].isdigit() else [] for date in (one, two))
    known = min(len(left), len(right))
    return (left[:known] > right[:known]) - (left[:known] < right[:known])


def _circles(ends: Sequence[tuple[str, str]]) -> int:
    """Papers that no row has a place for."""
    after: dict[str, set[str]] = defaultdict(set)
    for earlier, later in ends:
        after[earlier].add(later)
        after[later]
    while firsts := after.keys() - {key for later in after.values() for key in later}:
        for key in firsts:
            del after[key]
    return len(after)


def _has_words(label: str, texts: Sequence[str]) -> bool:
    return bool(label) and set(stems(label)) <= {stem for text in texts for stem in stems(text)}


def _issue_labels(survey: Survey, papers: Mapping[str, Paper]) -> list[bool]:
    return [
        all(_stands(s.quote, papers) for s in issue.statements) and _has_words(issue.label, [s.quote.text for s in issue.statements])
        for issue in survey.issues
    ]


def _theme_labels(survey: Survey, papers: Mapping[str, Paper]) -> list[bool]:
    themes = [theme for top in survey.themes for theme in (top, *top.subthemes)]
    return [_has_words(theme.name, [f"{papers[key].title} {papers[key].text}" for key in theme.papers]) for theme in themes]


def _node_labels(node: Node | None, papers: Mapping[str, Paper]) -> list[bool]:
    if node is None:
        return []
    below = [label for child in node.children for label in _node_labels(child, papers)]
    if node.kind in ("topic", "theme"):  # the topic is the user's; themes are judged as such
        return below
    quotes = [*node.quotes, *(quote for quote in (node.resolved, node.left) if quote)]
    return [all(_stands(quote, papers) for quote in quotes) and (node.id in papers if node.kind == "paper" else bool(quotes)), *below]


def _bones(bones: Sequence[Bone]) -> list[Bone]:
    return [one for bone in bones for one in (bone, *_bones(bone.children))]


# ---------------------------------------------------------------- planted collections


def against_planted(held: Held, gold: Gold) -> Counter[str]:
    survey, name = held.survey, held.stems
    stated: dict[tuple[str, str], list[str]] = defaultdict(list)  # (paper, sentence) → issues
    for statement in {s.id: s for s in (*survey.statements, *(s for issue in survey.issues for s in issue.statements))}.values():
        paper = name[statement.quote.key]
        stated[paper, statement.quote.text] = [
            issue.id for issue in gold.issues for s in issue.statements if s.paper == paper and s.anchor in statement.quote.text
        ]
    kinds = {(link.issue, link.earlier, link.later): link.kind for link in gold.links}
    wanted = {(link.issue, link.earlier, link.later) for link in gold.links if not link.optional}
    optional = kinds.keys() - wanted
    found: dict[tuple[str, str, str], str] = {}
    for link in survey.links:
        if link.kind in ("resolves", "partly_resolves"):
            earlier, later = (name[key] for key in link.ends)
            issues = stated[earlier, link.earlier.quote.text] or [link.issue]
            issue = next((issue for issue in issues if (issue, earlier, later) in kinds), issues[0])
            found[issue, earlier, later] = link.kind
    decoys = [d for d in gold.decoys if any((e, k) == (d.earlier, d.later) and d.issue in ("", i) for i, e, k in found)]
    return (
        Counter(
            found=len(found.keys() - optional),
            right=len(found.keys() & wanted),
            hit=len(found.keys() & wanted),
            wanted=len(wanted),
            kind=sum(key in wanted and kinds[key] == kind for key, kind in found.items()),
            decoys=len(decoys),
            planted=1,
        )
        + _open(survey, gold, name, stated)
        + _others(survey, gold, name)
    )


def _open(survey: Survey, gold: Gold, name: Mapping[str, str], stated: Mapping[tuple[str, str], Sequence[str]]) -> Counter[str]:
    wanted = {issue.id for issue in gold.issues if issue.status == "open"}
    open_ = [issue for issue in survey.issues if issue.status == "open"]
    means = [{id_ for s in issue.statements for id_ in stated[name[s.quote.key], s.quote.text]} for issue in open_]
    right = [bool(own) and own <= wanted for own in means]
    hit = {id_ for own in means for id_ in own} & wanted
    exact = all(right) and hit == wanted
    return Counter(open_found=len(open_), open_right=sum(right), open_hit=len(hit), open_wanted=len(wanted), open_exact=exact)


def _others(survey: Survey, gold: Gold, name: Mapping[str, str]) -> Counter[str]:
    wanted = {(link.kind, link.earlier, link.later) for link in gold.other_links}
    pairs = {key[1:] for key in wanted}
    known = wanted | {("resolves", link.earlier, link.later) for link in gold.links}
    found = {(link.kind.removeprefix("partly_"), *(name[key] for key in link.ends)) for link in survey.links}
    judged = {key for key in found if key[1:] in pairs and key[0] not in ("resolves", "restates")}
    return Counter(others_found=len(judged), others_right=len(judged & known), others_hit=len(found & wanted), others_wanted=len(wanted))


def with_gold_roles(held: Held, gold: Gold, embedder: Embedder) -> Held:
    """What is found when the planted sentences have their planted roles, and no other sentence raises anything: a problem is a shortcoming
    where its paper answers it, else what the paper leaves."""
    own = {(link.issue, link.later) for link in gold.links} | {(issue.id, issue.own) for issue in gold.issues}
    roles: list[tuple[str, str, Role]] = [
        (s.paper, s.anchor, "improvable" if (issue.id, s.paper) in own else "limitation") for issue in gold.issues for s in issue.statements
    ]
    roles += [(link.later, link.anchor, "resolved") for link in gold.links]
    for link in gold.other_links:
        role: Role = {"inherits": "task", "raises": "improvable"}.get(link.kind, "result")  # type: ignore[assignment]
        roles += [(link.earlier, link.earlier_anchor, "task" if role == "task" else "result"), (link.later, link.later_anchor, role)]
    known = {statement.id: statement for statement in held.survey.statements}
    statements: list[Statement] = []
    for key, paper in held.papers.items():
        for sentence in split_sentences(paper):
            quote = paper.quote(sentence.start, sentence.end)
            role_ = next((r for stem, anchor, r in roles if stem == held.stems[key] and anchor in quote.text), None)
            found = known.get(f"{key}#{sentence.number}")
            if role_:
                statements.append(Statement(id=f"{key}#{sentence.number}", role=role_, quote=quote))
            elif found:
                raises = found.role in ("improvable", "limitation", "future_work")
                statements.append(found.model_copy(update={"role": "background"}) if raises else found)
    papers = list(held.papers.values())
    return held._replace(survey=_made(papers, statements, embedder, held.survey.citations))


def _made(papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder, citations: Sequence[Citation]) -> Survey:
    """From statements to chains, as the pipeline goes."""
    weights, model = Weights(paper.gist for paper in papers), Extractive()
    issues: Sequence[Issue] = find_issues(statements, embedder, weights, model, {paper.key: paper.date for paper in papers})
    links = find_links(papers, statements, issues, embedder, weights, model, citations)
    issues = settled(issues, links, papers, statements, weights)
    chains = find_chains(links, statements, issues)
    return Survey(citations=tuple(citations), statements=tuple(statements), issues=tuple(issues), links=tuple(links), chains=tuple(chains))


# ---------------------------------------------------------------- scale


class _Kept:
    """Vectors that were made beforehand."""

    def __init__(self, texts: Collection[str]) -> None:
        embedder = StaticEmbedder()
        self.name, self.dimension = embedder.name, embedder.dimension
        ordered = sorted(texts)
        self._row = {text: row for row, text in enumerate(ordered)}
        self._vectors = embedder.embed(ordered)

    def embed(self, texts: Sequence[str]):  # type: ignore[no-untyped-def]  # numpy's, as Embedder says
        missing = [text for text in texts if text not in self._row]
        if missing:
            return StaticEmbedder().embed(texts)
        return self._vectors[[self._row[text] for text in texts]]


def _scale(data: Path) -> dict[str, float]:
    papers, statements = _abstracts(data)
    kept = _Kept({p.name for p in papers} | {p.gist for p in papers} | {s.quote.text for own in statements for s in own})
    figures = {}
    for size in SIZES:
        some = papers[:size]
        said = [statement for own in statements[:size] for statement in own]
        started = time.perf_counter()
        made = _made(some, said, kept, find_citations(some))
        figures[f"scale_{size}_s"] = round(time.perf_counter() - started, 2)
        figures[f"scale_{size}_links"] = len(made.links)
    growth = log(figures[f"scale_{SIZES[-1]}_s"] / figures[f"scale_{SIZES[0]}_s"]) / log(SIZES[-1] / SIZES[0])
    n_log_n = 1 + log(log(SIZES[-1]) / log(SIZES[0])) / log(SIZES[-1] / SIZES[0])
    return figures | {"scale_exponent": round(growth, 2), "scale_exponent_of_n_log_n": round(n_log_n, 2)}


_ROLE_OF: Mapping[str, Role] = {
    "background": "improvable",
    "objective": "purpose",
    "method": "method",
    "result": "result",
    "other": "future_work",
}


def _abstracts(data: Path) -> tuple[list[Paper], list[list[Statement]]]:
    """Papers that raise and do something, a month apart, without titles: named by their first words."""
    papers: list[Paper] = []
    statements: list[list[Statement]] = []
    for part in ("train", "dev"):
        for line in (data / "roles" / f"csabstruct_{part}.jsonl").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            number, sentences = len(papers), [" ".join(sentence.split()) for sentence in entry["sentences"]]
            text = " ".join(sentences)
            months = number * 7 % 240
            date = f"{2000 + months // 12}-{months % 12 + 1:02}"
            parts = (Part(heading="Abstract", kind="abstract", start=0, end=len(text)),)
            paper = Paper(key=f"p{number:04}", title=" ".join(sentences[0].split()[:10]), date=date, text=text, parts=parts)
            own, at = [], 0
            for n, (sentence, label) in enumerate(zip(sentences, entry["labels"], strict=True)):
                own.append(Statement(id=f"{paper.key}#{n}", role=_ROLE_OF[label], quote=paper.quote(at, at + len(sentence))))
                at += len(sentence) + 1
            papers.append(paper)
            statements.append(own)
    return papers, statements
