"""The planted collections: papers whose issues, answers and decoys are known; fixtures/planted/README.md says how they were made."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).parent / "fixtures" / "planted"
PLAIN = ("plain/fuzzing", "plain/landslides", "plain/vectors")
HARD = ("hard/beds", "hard/coral", "hard/perovskite")


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stands(_Fact):
    """A sentence of a paper, known by words that stand in it once."""

    paper: str
    anchor: str


class GoldIssue(_Fact):
    """``own`` is the one paper that both raises the problem and solves it: resolved without a link, and never open."""

    id: str
    statements: tuple[Stands, ...]
    status: Literal["open", "partly", "resolved", "disputed"]
    own: str = ""


class GoldLink(_Fact):
    """``optional``: true, but another link tells the answer already; neither a hit when found nor a miss when not."""

    issue: str
    earlier: str
    later: str
    kind: Literal["resolves", "partly_resolves"]
    anchor: str
    optional: bool = False


class OtherLink(_Fact):
    """``issue``: what is disputed, where one paper contradicts another's answer to it."""

    kind: Literal["inherits", "restates", "contradicts", "raises", "causes"]
    earlier: str
    later: str
    earlier_anchor: str
    later_anchor: str
    issue: str = ""


class Decoy(_Fact):
    """No paper ``later`` resolves a problem of ``earlier``; with ``issue``, it does not resolve that one, though it may another."""

    earlier: str
    later: str
    why: Literal["older", "same paper", "unrelated", "similar task, other problem", "mentions, does not solve"]
    issue: str = ""


class Cause(_Fact):
    label: str
    issues: tuple[str, ...]
    stated: tuple[Stands, ...] = ()


class Causes(_Fact):
    head: str
    causes: tuple[Cause, ...]


class Gold(_Fact):
    """What is planted in one field. ``undated`` papers have no date and are placed by who cites whom."""

    field: str
    undated: tuple[str, ...]
    issues: tuple[GoldIssue, ...]
    links: tuple[GoldLink, ...]
    decoys: tuple[Decoy, ...]
    other_links: tuple[OtherLink, ...]
    causes: Causes

    @property
    def anchors(self) -> list[Stands]:
        """Every sentence that is pointed at."""
        found = [stands for issue in self.issues for stands in issue.statements]
        found += [Stands(paper=link.later, anchor=link.anchor) for link in self.links]
        found += [Stands(paper=link.earlier, anchor=link.earlier_anchor) for link in self.other_links]
        found += [Stands(paper=link.later, anchor=link.later_anchor) for link in self.other_links]
        return found + [stands for cause in self.causes.causes for stands in cause.stated]


def fields() -> list[str]:
    """All collections, by tier and name."""
    return sorted(path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("*/*/gold.json"))


def files(field: str) -> dict[str, Path]:
    """The papers' files by their stems, which is what the gold calls them."""
    return {path.stem: path for path in sorted((ROOT / field).glob("*.md"))}


def load(field: str) -> Gold:
    """What is planted in ``field``; ValueError for an anchor that does not stand in its paper exactly once."""
    gold = Gold.model_validate_json((ROOT / field / "gold.json").read_text(encoding="utf-8"))
    texts = {stem: path.read_text(encoding="utf-8") for stem, path in files(field).items()}
    for stands in gold.anchors:
        if (times := texts.get(stands.paper, "").count(stands.anchor)) != 1:
            raise ValueError(f"{field}/{stands.paper}: stands {times} times: {stands.anchor}")
    return gold
