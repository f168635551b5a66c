"""What a question is answered with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from survey.embedding import Embedder
from survey.index import Index
from survey.library import Library
from survey.records import Claim, Paper, Scope, Survey
from survey.tasks import Model


@dataclass(frozen=True)
class Desk:
    """``library`` and ``index`` hold what is read and searched, ``embedder`` makes the finer vectors, ``model`` answers the tasks.

    ``judged``: the model is asked of every sentence whether its quotes bear it out. ``explored`` gives what was found in the collection:
    themes, issues, links and chains, which may take a while; None where it cannot be told now. ``papers_of`` gives the citekeys that a
    scope leaves, None: all. ``heard`` is told each claim as soon as it is checked.
    """

    library: Library
    index: Index
    embedder: Embedder
    model: Model
    judged: bool
    explored: Callable[[], Survey | None]
    papers_of: Callable[[Scope], Sequence[str] | None] = lambda scope: None
    heard: Callable[[Claim], None] = field(default=lambda claim: None)

    def papers(self, keys: Sequence[str]) -> dict[str, Paper]:
        return {key: paper for key in dict.fromkeys(keys) if (paper := self.library.paper(key))}
