"""A talk with the collection, line by line: questions, which are answered from its papers, and commands. Prints nothing itself.

Every answer is kept in the library as soon as it is there.
"""

import re
from collections.abc import Callable
from pathlib import Path

from survey.errors import BadCommand, StorageError
from survey.records import Answer, Scope, Talk
from survey.render.text import plain
from survey.talking.commands import COMMANDS, help_text, parted
from survey.talking.scoping import WANTED, scope_of
from survey.talking.why import why
from survey.workspace import Workspace

__all__ = ["COMMANDS", "Conversation", "ended", "fallen_text"]

_MOST_SHOWN = 40  # papers
_ENDS = re.compile(r"\s*(?:/(?:quit|exit|q)(?:\s.*)?|(?:quit|exit|(?:good ?)?bye)\s*[.!]*)\s*", re.IGNORECASE)
_COURTEOUS = re.compile(
    r"\s*(?:(?:ok|okay|great|thanks?|thank you|cheers|hello|hi|perfect|nice|cool|very|so|much|a lot|good|got it|i see)\b[\s,.!]*)+",
    re.IGNORECASE,
)


def ended(line: str) -> bool:
    return bool(_ENDS.fullmatch(line))


class Conversation:
    """``say`` is given what is to be shown, in pieces, as soon as it is known; ``id``: of the talk in the library, once it is kept."""

    def __init__(self, workspace: Workspace, say: Callable[[str], None], talk: Talk, id_: int | None = None, width: int = 100) -> None:
        self.workspace = workspace
        self.talk = talk
        self.id = id_
        self._say = say
        self._width = width

    def take(self, line: str) -> None:
        """A question or a command. Raises what asking raises, and :class:`survey.errors.UsageError` for a command that cannot be obeyed."""
        if not line.strip():
            return
        if _COURTEOUS.fullmatch(line):
            self._say("Ask a question, or /help; /quit ends.")
            return
        if not line.lstrip().startswith("/"):
            self._ask(line)
            return
        name, rest = parted(plain(line))
        if name == "quit":  # whoever takes the lines sees to it
            return
        self._say(getattr(self, f"_{name}")(rest))

    def _ask(self, question: str) -> None:
        from survey.render.answer import Telling  # markdown_it

        telling = Telling(self._width)
        answer = self.workspace.ask(question, self.talk, heard=lambda claim: self._say(telling.claim(claim)))
        self._say(telling.rest(answer))
        record = Answer.model_validate(answer.model_dump())
        self.talk = self.talk.model_copy(update={"answers": (*self.talk.answers, record)})
        try:
            self.id = self.workspace.keep_talk(self.talk, self.id)
        except StorageError as error:  # the talk goes on, in this process alone
            self._say(f"This talk is not kept: {error}")

    # ------------------------------------------------------------ commands

    def _help(self, rest: str) -> str:
        return help_text(self._width)

    def _papers(self, rest: str) -> str:
        from survey.answering.following import listed  # numpy
        from survey.render.answer.text import wrapped

        list_, last = listed(self.talk)
        if rest:
            words = "" if rest.casefold() == "all" else rest.casefold().removeprefix("@")
            found = [
                p.reference for p in self.workspace.library.papers() if words in f"{p.key} {', '.join(p.authors)} {p.title}".casefold()
            ]
        else:
            known = {paper.key: paper for paper in self.talk.papers}
            found = [known[key] for key in dict.fromkeys([*list_, *last]) if key in known]
        if not found:
            return f"No paper has “{rest}”." if rest else "No paper was cited yet. /papers all shows the collection."
        lines = []
        for n, paper in enumerate(found[:_MOST_SHOWN], start=1):
            told = ", in the last answer" if not rest and paper.key in last and set(last) < set(list_) else ""
            lines += wrapped(f"{paper.byline}: {paper.name}, @{paper.key}{told}", self._width, "- " if rest else f"{n}. ")
        more = [f"… and {len(found) - _MOST_SHOWN} more"] if len(found) > _MOST_SHOWN else []
        return "\n".join([*lines, *more])

    def _sources(self, rest: str) -> str:
        from survey.render.answer import sources_text

        return sources_text(self._last("/sources"), self._width)

    def _why(self, rest: str) -> str:
        answer = self._last("/why")
        number = rest.strip("[] ")
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(answer.evidence):
            reason = f"“{rest}” is no number of a quote" if rest else "the number of the quote is missing"
            raise BadCommand("/why", reason, f"The last answer has the quotes 1 to {len(answer.evidence)}: /why 1")
        key = answer.evidence[int(number) - 1].key
        paper = self.workspace.library.paper(key)
        return why(int(number), answer, paper, self.workspace.library.sentences(key), self._width)

    def _focus(self, rest: str) -> str:
        from survey.answering.following import listed

        scope = (
            scope_of(rest, self.talk.scope, list(dict.fromkeys(key for keys in listed(self.talk) for key in keys)))
            if rest
            else self.talk.scope
        )
        keys = self.workspace.papers_of(scope)  # raises before anything is changed
        self.talk = self.talk.model_copy(update={"scope": scope})
        count = len(self.workspace.library.keys() if keys is None else keys)
        hint = f" {WANTED}." if not rest and scope == Scope() else ""
        return f"{str(scope) or 'All papers'}: {count} paper{'' if count == 1 else 's'}.{hint}"

    def _save(self, rest: str) -> str:
        answers = self._all("/save")
        file = Path(rest or self.workspace.root / "outputs" / f"talk-{self.id or 'unkept'}-answer-{len(answers)}.md")
        return self._written(Talk(answers=answers[-1:]), file if file.suffix else file.with_suffix(".md"))

    def _export(self, rest: str) -> str:
        self._all("/export")
        if not rest:
            raise BadCommand("/export", "the name of a file is missing", "Say where to: /export talk.md")
        return self._written(self.talk, Path(rest))

    def _written(self, talk: Talk, file: Path) -> str:
        from survey.outputs import write_talk

        write_talk(talk, file)
        return f"Saved to {file.as_posix()}" + (f"; re-check it with: survey verify {file.as_posix()}" if file.suffix == ".md" else "")

    def _all(self, command: str) -> tuple[Answer, ...]:
        if not self.talk.answers:
            raise BadCommand(command, "nothing was asked yet", "Ask something first")
        return self.talk.answers

    def _last(self, command: str) -> Answer:
        """The last answer that found something."""
        if found := [answer for answer in self._all(command) if answer.found]:
            return found[-1]
        raise BadCommand(command, "nothing was found yet", "Ask something else first")


def fallen_text(workspace: Workspace, talk: Talk) -> list[str]:
    """Which quotes of a talk that goes on no longer stand in their papers, a line an answer."""
    fallen = ((answer, workspace.fallen(answer)) for answer in talk.answers)
    return [
        f"no longer stands in its paper, which was changed or removed: {', '.join(f'[{n}]' for n in numbers)} of “{answer.question}”"
        for answer, numbers in fallen
        if numbers
    ]
