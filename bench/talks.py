"""Follow-ups of made-up talks: does the question made whole hold the right entity? (``bench/talks/*.toml``; no model, no index)"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from survey.answering.following import Followed, made_whole
from survey.models.extractive import Extractive
from survey.records import Answer, Claim, Quote, Reference, Scope, Sentence, Talk
from survey.tasks import Model, QuestionCondensed, ReplyT, Task

FILES = Path(__file__).parent / "talks"
FIRST, HELD_OUT = "written_first.toml", "held_out.toml"


@dataclass(frozen=True)
class Turn:
    """A question of a talk as it was made whole, and what is wrong with that ("": nothing; None: it is not measured)."""

    talk: str
    asked: str
    followed: Followed
    fault: str | None


class Scripted:
    """Replies to the questions of a talk as its script has it."""

    name = "scripted"

    def __init__(self, talk: dict[str, Any]) -> None:
        self._replies = {turn["asks"]: turn["reply"] for turn in talk["turn"] if "reply" in turn}

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        told = self._replies[getattr(task, "question", "")]
        reply = QuestionCondensed(question=told["question"], about=tuple(told.get("about", ())), without=tuple(told.get("without", ())))
        return cast(ReplyT, reply)

    def replies(self, tasks: Any) -> Any:
        return [self.reply(task) for task in tasks]


def turns(file: str, scripted: bool = False) -> Iterator[list[Turn]]:
    """Each talk, turn by turn, as the embedded default follows it, or the scripted model."""
    for talk in tomllib.loads((FILES / file).read_text(encoding="utf-8"))["talk"]:
        yield _held(talk, Scripted(talk) if scripted else Extractive())


def followed(file: str, scripted: bool = False) -> int:
    """In how many talks every question that is measured was made whole rightly."""
    return sum(not any(turn.fault for turn in talk) for talk in turns(file, scripted))


def figures() -> dict[str, float]:
    return {
        "followups_scripted": followed(FIRST, scripted=True),
        "followups_default": followed(FIRST),
        "followups_held_out": followed(HELD_OUT),
    }


def _held(talk: dict[str, Any], model: Model) -> list[Turn]:
    papers = {key: _paper(key, told) for key, told in talk["papers"].items()}
    so_far = Talk()
    found = []
    for turn in talk["turn"]:
        made = made_whole(turn["asks"], so_far, model)
        found.append(Turn(talk["name"], turn["asks"], made, _fault(turn, made)))
        so_far = Talk(answers=(*so_far.answers, _answer(turn, made, papers)))
    return found


def _fault(turn: dict[str, Any], made: Followed) -> str | None:
    if turn.get("alone"):
        return "" if made == Followed(question=turn["asks"], sought=turn["asks"]) else "was to stay as it is"
    if "wants" not in turn:
        return None
    whole = re.sub(r"\W+", " ", made.question.casefold())
    lacks = [word for word in turn["wants"] if re.sub(r"\W+", " ", word.casefold()) not in whole]
    spurned = [word for word in turn.get("spurns", ()) if word.casefold() in whole]
    bound = [
        name for name in ("about", "without") if sorted(turn.get(name, ())) != list(getattr(made, {"about": "papers"}.get(name, name)))
    ]
    return "; ".join([*(f"lacks {w}" for w in lacks), *(f"has {w}" for w in spurned), *(f"other {name}" for name in bound)])


def _answer(turn: dict[str, Any], made: Followed, papers: dict[str, Reference]) -> Answer:
    cites = [papers[key] for key in turn.get("cites", ())]
    says = turn.get("says", ())
    at_least = [*says, *[says[-1]] * (len(cites) - len(says))] if says else []
    quotes = [Quote(key=paper.key, text=text, start=0, end=len(text)) for paper, text in zip(cites, at_least, strict=False)]
    claims = [
        Claim(sentence=Sentence(text=f"{p.byline}: “{q.text}”", kind="claim", quotes=(q,))) for p, q in zip(cites, quotes, strict=False)
    ]
    scope = Scope(papers=made.papers)
    return Answer(question=turn["asks"], asked=made.question, scope=scope, found=bool(claims), claims=tuple(claims), papers=tuple(cites))


def _paper(key: str, told: str) -> Reference:
    authors, _, title = told.partition(": ")
    year = "".join(char for char in key if char.isdigit())
    return Reference(key=key, title=title, authors=tuple(authors.split(", ")), date=year)


def main() -> None:
    for scripted, file in ((True, FIRST), (False, FIRST), (False, HELD_OUT)):
        if not (FILES / file).exists():
            continue
        print(f"\n== {file}, {'scripted model' if scripted else 'embedded default'}: {followed(file, scripted)}")
        for talk in turns(file, scripted):
            for turn in talk:
                if turn.fault is not None:
                    f = turn.followed
                    bound = f" about {','.join(f.papers)}" if f.papers else f" without {','.join(f.without)}" if f.without else ""
                    print(f"{'ok  ' if not turn.fault else 'FAIL'} {turn.talk}: {turn.asked} → {f.question}{bound}  {turn.fault}")


if __name__ == "__main__":
    main()
