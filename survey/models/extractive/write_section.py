"""Attributes and quotes: "Phan et al. (2019) name a problem: “…”". The lead says no more than the role of the quoted sentence."""

from survey.records import Role
from survey.tasks import Prose, SectionWritten, WriteSection

# Several ways to say the same, taken in turn, since forty equal leads in a row are hard to read. {by} is the paper's byline.
LEADS: dict[Role, tuple[str, ...]] = {
    "problem": ("{by} name a problem:", "In the words of {by}:", "{by} start from a difficulty:", "{by} point out:"),
    "solution": ("{by} describe their work so:", "{by} propose:", "What {by} do:", "{by} set out:"),
    "result": ("They report:", "The reported outcome:", "What came out:", "As the result they give:"),
    "open": ("{by} leave open:", "Still open after {by}:", "{by} state a limit:"),
}
CHAIN_LEADS: dict[Role, str] = {
    "problem": "{by} raised the problem:",
    "open": "{by} left open:",
    "solution": "{by} took it up:",
    "result": "{by} took it up and report:",
}


def reply(task: WriteSection) -> SectionWritten:
    sentences = []
    before = ""
    turns: dict[Role, int] = dict.fromkeys(LEADS, 0)
    for material in task.material:
        if task.part == "chain":
            lead = CHAIN_LEADS[material.role]
        else:
            follows = material.role == "result" and before == material.paper
            leads = LEADS[material.role] if follows or material.role != "result" else ("{by} report:",)
            lead = leads[turns[material.role] % len(leads)]
            turns[material.role] += 1
        sentences.append(Prose(text=f"{lead.format(by=material.byline)} “{material.text}”", ids=(material.id,)))
        before = material.paper
    return SectionWritten(sentences=tuple(sentences))
