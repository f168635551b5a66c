"""What the survey's sections are written after: an outline, planned from the themes or given by whoever edited it.

The themes of a survey are always made from its outline, whichever it is. So what follows an outline that nobody edited is what was made
when it was planned.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from survey.embedding import Embedder
from survey.models.extractive.plan_outline import reply as plan_by_rules
from survey.records import Issue, Outline, Paper, PlannedSection, Reference, Theme
from survey.support import QUOTED_LANG
from survey.support.cleaning import ACTIVE
from survey.tasks import Model, PlannedTheme, PlanOutline
from survey.terms import numbers, stem, telling_stems, words

_PROBLEMS = 6  # of a theme that whoever plans is told
_QUESTIONS = 6  # of a section
_LONGEST = 300  # characters of a question
_FOUND = 8  # papers for a section without papers of its own
_NEAR = 0.8  # of the similarity of the paper nearest to its questions


def plan_outline(
    outline: Outline, themes: Sequence[Theme], issues: Sequence[Issue], papers: Mapping[str, Reference], model: Model, lang: str = "en"
) -> Outline:
    """``outline``, which knows its topic, its title and the papers that stand alone, with a section for each theme: in the order in which
    the model would read them, those it forgot last, each with the questions that it should answer."""
    planned = tuple(_planned(theme, issues, papers) for theme in themes)
    task = PlanOutline(topic=outline.topic, themes=planned, lang=lang)
    reply = model.reply(task)
    by_rules = {question for asked in plan_by_rules(task).asked for question in asked.questions}
    told = {
        theme.id: " ".join([outline.topic, one.name, *one.terms, *one.problems, *(papers[key].title for key in theme.papers)])
        for theme, one in zip(themes, planned, strict=True)
    }
    shown = set().union(*map(telling_stems, told.values()))
    order = {theme_id: n for n, theme_id in enumerate(dict.fromkeys(reply.themes))}
    questions: dict[str, tuple[str, ...]] = {}
    for asked in reply.asked:
        if asked.theme in told:
            questions.setdefault(asked.theme, _cleaned(asked.questions, by_rules, told[asked.theme], shown, lang))
    read = sorted(themes, key=lambda t: (order.get(t.id, len(order)), t.id))
    sections = tuple(_section(theme).model_copy(update={"questions": questions.get(theme.id, ())}) for theme in read)
    return outline.model_copy(update={"sections": sections, "papers": tuple(sorted(papers))})


def _planned(theme: Theme, issues: Sequence[Issue], papers: Mapping[str, Reference]) -> PlannedTheme:
    own = set(theme.papers)
    shares = [(sum(1 for key in issue.keys if key in own), issue) for issue in issues]
    shares.sort(key=lambda item: -item[0])  # stable: among equals those that most papers of all raise
    problems = list(dict.fromkeys(issue.label for share, issue in shares if share))[:_PROBLEMS]
    first = min((year for key in theme.papers if (year := papers[key].year)), default=None)
    return PlannedTheme(id=theme.id, name=theme.name, papers=len(own), first_year=first, terms=theme.terms, problems=tuple(problems))


def _section(theme: Theme) -> PlannedSection:
    return PlannedSection(
        id=theme.id,
        title=theme.name,
        papers=theme.papers,
        terms=theme.terms,
        about=theme.about.text if theme.about else "",
        parts=tuple(_section(part) for part in theme.subthemes),
    )


def _cleaned(questions: Sequence[str], by_rules: Collection[str], theme: str, shown: set[str], lang: str) -> tuple[str, ...]:
    """Those that the rules would ask, or that are questions about the ``theme``. What a model asks goes into every prompt of a section, and
    a paper of another one may have told it what to ask."""
    told = (" ".join(question.split()) for question in questions)
    return tuple(dict.fromkeys(q for q in told if (q in by_rules and q.isprintable()) or _asks_about(q, theme, shown, lang)))[:_QUESTIONS]


def _asks_about(question: str, theme: str, shown: set[str], lang: str) -> bool:
    """Half of its telling words are of the ``theme``, whose words these are; the others are the model's own: none of what it was ``shown``
    of other themes."""
    plain = question.isprintable() and len(question) <= _LONGEST and question.endswith(("?", "？")) and not _BEYOND.search(question)
    if not plain or not any(char.isalpha() for char in question):
        return False
    if lang != QUOTED_LANG:  # its words cannot be compared
        return True
    own = {stem(word) for word in words(theme)}
    asked = telling_stems(question)
    others = asked - own
    return not others & shown and not numbers(question) - numbers(theme) and len(others) <= _OTHER_SHARE * len(asked)


_BEYOND = re.compile(rf"{ACTIVE.pattern}|[.~]/|[.!?;:](?=\s)|[*_#~=$%^\x00-\x1f]", re.IGNORECASE)
"""Markup, addresses, and a second sentence: a question has none."""
_OTHER_SHARE = 0.5  # of its telling words: "fare", "limit" and "evaluate" are of every theme


def present(outline: Outline, keys: Collection[str]) -> Outline:
    """The outline with the papers of ``keys`` alone; a section that loses all of its papers is gone."""

    def kept(papers: Sequence[str]) -> tuple[str, ...]:
        return tuple(key for key in papers if key in keys)

    def section(planned: PlannedSection) -> PlannedSection:
        parts = tuple(part for part in map(section, planned.parts) if part.papers)
        return planned.model_copy(update={"papers": kept(planned.papers), "pinned": kept(planned.pinned), "parts": parts})

    left = [(planned, section(planned)) for planned in outline.sections]
    sections = tuple(now for before, now in left if now.papers or not before.papers)
    return outline.model_copy(update={"sections": sections, "alone": kept(outline.alone), "papers": kept(outline.papers)})


def joined(outline: Outline, new: Mapping[str, str]) -> Outline:
    """The outline with ``new`` papers at the end of the sections that they join; "" is those that stand alone."""

    def with_new(planned: PlannedSection) -> PlannedSection:
        return planned.model_copy(update={"papers": (*planned.papers, *(key for key, name in new.items() if name == planned.id))})

    alone = (*outline.alone, *(key for key, name in new.items() if not name))
    known = tuple(sorted({*outline.papers, *outline.told, *new}))
    return outline.model_copy(update={"sections": tuple(map(with_new, outline.sections)), "alone": alone, "papers": known})


def new_to(given: Outline, outline: Outline) -> dict[str, str]:
    """The papers that the ``given`` outline did not know, and the section of ``outline`` that each joined ("": it stands alone)."""
    known = {*given.papers, *given.told}
    asking = {section.id for section in given.sections if not section.papers}
    found = {key: section.id for section in outline.sections if section.id not in asking for key in section.papers if key not in known}
    return found | {key: "" for key in outline.alone if key not in known}


def answered_by(outline: Outline, papers: Sequence[Paper], embedder: Embedder) -> Outline:
    """The outline whose sections without papers of their own have those that are nearest to their questions."""
    asking = [section for section in outline.sections if not section.papers]
    if not asking or not papers:
        return outline
    papers = sorted(papers, key=lambda p: p.key)
    gists = embedder.embed([p.gist for p in papers])
    found: dict[str, tuple[str, ...]] = {}
    for section in asking:
        near = (gists @ embedder.embed([section.title, *section.questions]).T).max(axis=1).round(5)
        ranked = sorted(range(len(papers)), key=lambda n: (-float(near[n]), n))[:_FOUND]
        found[section.id] = tuple(papers[n].key for n in ranked if near[n] >= _NEAR * near[ranked[0]])
    sections = tuple(s.model_copy(update={"papers": found.get(s.id, s.papers)}) for s in outline.sections)
    return outline.model_copy(update={"sections": sections})


def themes_of(outline: Outline, papers: Mapping[str, Paper]) -> tuple[Theme, ...]:
    """The themes as the outline has them, in its order. A section that asks without papers of its own is none: its papers have theirs."""
    return tuple(_theme(section, papers) for section in outline.sections if section.papers)


def _theme(planned: PlannedSection, papers: Mapping[str, Paper]) -> Theme:
    places = ((key, papers[key].text.find(planned.about)) for key in planned.papers) if planned.about else ()
    about = next((papers[key].quote(start, start + len(planned.about)) for key, start in places if start >= 0), None)
    parts = tuple(_theme(part, papers) for part in planned.parts)
    return Theme(id=planned.id, name=planned.title, terms=planned.terms, papers=planned.papers, about=about, subthemes=parts)


def renumbered(new: Outline, old: Outline) -> Outline:
    """A ``new`` plan whose sections have the ids of those of the ``old`` one that they share most papers with: an id is the anchor of what
    is written under it, which a person may have edited. The others have ids that the old one did not have."""
    shared = [
        (len(set(one.papers) & set(other.papers)) / len(set(one.papers) | set(other.papers)), one.id, other.id)
        for one in new.sections
        for other in old.sections
        if set(one.papers) & set(other.papers)
    ]
    ids: dict[str, str] = {}
    for share, one, other in sorted(shared, key=lambda item: (-item[0], item[1], item[2])):
        if share >= 0.5 and one not in ids and other not in ids.values():
            ids[one] = other
    taken = {section.id for section in old.sections}
    free = (name for n in range(1, len(taken) + len(new.sections) + 1) if (name := f"theme-{n}") not in taken)
    for section in new.sections:
        if section.id not in ids:
            ids[section.id] = next(free)

    def under(planned: PlannedSection) -> PlannedSection:
        parts = tuple(part.model_copy(update={"id": f"{ids[planned.id]}-{n}"}) for n, part in enumerate(planned.parts, start=1))
        return planned.model_copy(update={"id": ids[planned.id], "parts": parts})

    return new.model_copy(update={"sections": tuple(map(under, new.sections))})
