"""Terms that most papers of the theme have between them, and the sentence of most worth that has their words.

The first term is the best that many papers have; a further one joins it where too few papers have those before, and it brings more.
"""

from collections.abc import Sequence

from survey.tasks import NameTheme, Term, ThemeNamed
from survey.terms import stems, term_key

_MANY = 0.4  # of the papers: enough to name the theme before a better term that fewer have
_MOST = 0.6  # of the papers: enough for a name
_WORTH_NAMING = 0.15  # of the papers: what a further term must bring
_LOOKED_AT = 6  # terms
_LESS_TELLING = 0.85  # of the term before
_NAMED = 0.3  # worth of a sentence that has all words of the name


def reply(task: NameTheme) -> ThemeNamed:
    chosen = _covering(task.terms, len(task.titles))
    named = {word for term in chosen for word in term_key(term.text)}

    def worth(at: int) -> tuple[float, int]:
        sentence = task.sentences[at]
        share = len(named & set(stems(sentence.text))) / len(named) if named else 0.0
        return round(sentence.worth + _NAMED * share, 6), -at

    about = task.sentences[max(range(len(task.sentences)), key=worth)].id if task.sentences else ""
    return ThemeNamed(terms=tuple(term.id for term in chosen), about=about)


def _covering(terms: Sequence[Term], papers: int) -> list[Term]:
    several = [term for term in terms if " " in term.text] or list(terms)
    if not several:
        return []
    many = max(_MANY * papers, min(2, papers))
    likeliest = max(range(len(several)), key=lambda n: (len(several[n].papers) * _LESS_TELLING**n, -n))
    chosen = [next((term for term in several[:_LOOKED_AT] if len(term.papers) >= many), several[likeliest])]
    while len(chosen) < 3:
        covered = {paper for term in chosen for paper in term.papers}
        said = {word for term in chosen for word in term_key(term.text)}
        brings = {
            n: len(set(term.papers) - covered) * _LESS_TELLING**n for n, term in enumerate(several) if said.isdisjoint(term_key(term.text))
        }
        best = max(brings, key=lambda n: (brings[n], -n), default=None)
        if len(covered) >= _MOST * papers or best is None or brings[best] < max(0.5, _WORTH_NAMING * papers):
            break
        chosen.append(several[best])
    return chosen
