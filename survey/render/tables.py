"""What was found as sheets and tables: the links, the gaps, the themes."""

import json
from collections.abc import Sequence

from survey.gaps import Gap, find_gaps
from survey.hiding import json_escaped
from survey.phrases.told import ENGLISH, standing
from survey.records import ALONE, LinkKind, Survey, Theme
from survey.render.evidence import FORMAT
from survey.render.markdown import escape
from survey.render.sheets import sheet
from survey.render.text import by_key, citekey, plain

NEAR: dict[LinkKind, str] = {"partly_resolves": "in part", "resolves": "disputed", "inherits": "same task"}
"""How an attempt comes near to an issue that is not resolved."""


def links_csv(survey: Survey) -> str:
    """One row a link: those of chains first, as the chains run."""
    chain_of = {link.id: chain.id for chain in survey.chains for link in chain.links}
    place = {name: at for at, name in enumerate(chain_of)}
    labels = {issue.id: issue.label for issue in survey.issues}
    years = {paper.key: paper.year for paper in survey.papers}
    header = (
        *("chain", "kind", "earlier", "earlier_year", "later", "later_year", "issue", "verdict", "score", "order", "cites"),
        *("terms", "reason", "earlier_words", "later_words", "bridge_words"),
    )
    rows = (
        (
            chain_of.get(link.id),
            link.kind,
            link.ends[0],
            years.get(link.ends[0]),
            link.ends[1],
            years.get(link.ends[1]),
            labels.get(link.issue),
            link.verdict,
            link.score,
            link.order,
            "yes" if link.cites else "no",
            "; ".join(link.terms),
            link.reason,
            link.earlier.quote.text,
            link.later.quote.text,
            link.bridge.quote.text if link.bridge else None,
        )
        for link in sorted(survey.links, key=lambda link: place.get(link.id, len(place)))
    )
    return sheet(header, rows)


def gaps_csv(survey: Survey) -> str:
    """One row an issue that is not resolved."""
    header = ("issue", "status", "papers", "since", "raised_by", "nearest", "words", "words_of")
    rows = (
        (
            *(gap.label, gap.status, len(gap.raised), gap.since, "; ".join(gap.raised)),
            "; ".join(f"{near.key} ({NEAR[near.kind]})" for near in gap.nearest),
            gap.quote.text,
            gap.quote.key,
        )
        for gap in gaps_of(survey)
    )
    return sheet(header, rows)


def gaps_of(survey: Survey) -> list[Gap]:
    return find_gaps(survey.issues, survey.links, survey.papers)


def gaps_json(survey: Survey) -> str:
    gaps = [gap.model_dump(mode="json") for gap in gaps_of(survey)]
    data = {"format": FORMAT, "title": survey.title, "topic": survey.topic, "gaps": gaps}
    return json_escaped(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def gaps_markdown(survey: Survey) -> str:
    """A table, and below it what each is in the words of a paper."""
    rows = [
        (
            escape(plain(gap.label), first=True),
            standing(ENGLISH, gap.status),
            str(len(gap.raised)),
            str(gap.since or "n.d."),
            _cited(gap.raised),
            "; ".join(f"[@{citekey(near.key)}] ({NEAR[near.kind]})" for near in gap.nearest) or "–",
        )
        for gap in gaps_of(survey)
    ]
    table = ["| Problem | Status | Papers | Since | Raised by | Nearest |", "|---------|---|---|---|------|------|"]
    words = [
        f"- {escape(plain(gap.label), first=True)}: “{escape(plain(gap.quote.text))}” {_cited([gap.quote.key])}" for gap in gaps_of(survey)
    ]
    title = f"# What is left open: {escape(plain(survey.title))}"
    return "\n".join([title, "", *table, *(f"| {' | '.join(row)} |" for row in rows), "", *words, ""])


def _cited(keys: Sequence[str]) -> str:
    return f"[{'; '.join(f'@{citekey(key)}' for key in keys)}]"


def themes_csv(survey: Survey) -> str:
    """One row a paper: its theme, and its subtheme where it has one; of one that stands alone the nearest theme."""
    papers = by_key(survey.papers)
    names = {theme.id: theme.name for theme in survey.themes}
    rows: list[tuple[str | float | int | None, ...]] = []
    for theme in survey.themes:
        sub = {key: below.name for below in theme.subthemes for key in below.papers}
        rows += [(theme.name, sub.get(key), key, papers[key].year, papers[key].name, None, None) for key in theme.papers if key in papers]
    for alone in survey.alone:
        paper = papers.get(alone.key)
        if paper:
            rows.append((None, None, paper.key, paper.year, paper.name, names.get(alone.nearest), alone.similarity))
    return sheet(("theme", "subtheme", "paper", "year", "title", "nearest_theme", "similarity"), rows)


def reported_csv(survey: Survey) -> str:
    """One row a figure that a paper reports, with the words that it stands in."""
    years = {paper.key: paper.year for paper in survey.papers}
    header = ("paper", "year", "task", "data", "method", "measure", "value", "unit", "change", "against", "words", "page", "start", "end")
    rows = (
        (
            *(one.key, years.get(one.key), one.task, one.data, one.method, one.measure, one.value, one.unit),
            *("yes" if one.change else "no", one.against, one.quote.text, one.quote.page, one.quote.start, one.quote.end),
        )
        for one in survey.reported
    )
    return sheet(header, rows)


def themes_markdown(survey: Survey) -> str:
    """The themes and their parts with what each is about, every paper under its theme, and those that stand alone."""
    papers = by_key(survey.papers)
    names = {theme.id: theme.name for theme in survey.themes}

    def listed(keys: Sequence[str]) -> list[str]:
        return [f"- {escape(plain(papers[key].name), first=True)} [@{citekey(key)}]" for key in keys if key in papers]

    def about(theme: Theme) -> list[str]:
        return [f"“{escape(plain(theme.about.text))}” {_cited([theme.about.key])}", ""] if theme.about else []

    lines = [f"# Themes: {escape(plain(survey.title))}", ""]
    for theme in survey.themes:
        lines += [f"## {escape(plain(theme.name), first=True)}", "", *about(theme)]
        for part in theme.subthemes:
            lines += [f"### {escape(plain(part.name), first=True)}", "", *about(part), *listed(part.papers), ""]
        inside = {key for part in theme.subthemes for key in part.papers}
        lines += [*rest, ""] if (rest := listed([key for key in theme.papers if key not in inside])) else []
    if survey.alone:
        lines += [f"## {ALONE}", ""]
        for alone in survey.alone:
            nearest = names.get(alone.nearest)
            lines += [line + (f", nearest: {escape(plain(nearest))}" if nearest else "") for line in listed([alone.key])]
        lines.append("")
    return "\n".join(lines)
