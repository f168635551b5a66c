"""survey verify: is a written survey true to the library?"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import CITATION_FAILED, MOST_NAMED, OK, JsonOption, QuietOption, WorkspaceOption, counted, opened, remark, result
from survey.cli.score import BibOption

if TYPE_CHECKING:
    from survey.checking import Finding

_MOST_ALIKE = 20
"""Findings of one fault on stderr; the rest are counted."""


def command(
    file: Annotated[Path, typer.Argument(help="survey.md, survey.json or evidence.jsonl, the folder of them, or a draft in Markdown.")],
    bib: BibOption = None,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="Write the text again to this file, each sentence that fails marked with ⚑ and a note.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a written survey, or a draft by anybody, against the library. Ends with 5 when something fails.

    Every paper cited must be there and have the pages named. Every quotation must stand in a paper cited, word for word but for what it
    marks as left out (…), on a page named, with the numbers beside it. Every row of the table of papers and every printed reference must
    be that of the paper. A citation of a paper that was retracted is named.

    What a draft's citations mean is for its bibliography or its list of references to say: of [@smith20], [3] or (Smith et al., 2020), the
    entry is looked for in the library. What is in the bibliography and not in the library cannot be checked, and is no failure.

    Where survey.json lies beside survey.md or evidence.jsonl, what was changed, added or deleted since they were written is named too.

    Needs no model and no index. Cannot tell whether a quote is fair to its paper, or whether a sentence without one is true.

    Examples:

        survey verify outputs/demo

        survey verify outputs/demo/survey.md --json

        survey verify draft.md --bib refs.bib --marked checked.md
    """
    with opened(workspace, quiet=True, make=False) as work:
        findings = work.verify(file, bib)
        if marked is not None:
            work.mark(file, findings, marked)
    failed = [finding for finding in findings if finding.fault]
    warned = [finding for finding in findings if finding.warning]
    unchecked = [finding for finding in findings if finding.unchecked]
    told = [(finding, finding.fault) for finding in failed] + [(finding, f"warning: {finding.warning}") for finding in warned]
    for line in _grouped(told):
        remark(line, quiet)
    for line in _unchecked(unchecked):
        remark(line, quiet)
    cited = sum(1 for finding in findings if finding.citekeys)
    data = {
        "checked": len(findings),
        "cited": cited,
        "failed": [finding.model_dump() for finding in failed],
        "warned": [finding.model_dump() for finding in warned],
        "unchecked": len(unchecked),
        "not_in_library": sorted({reason for finding in unchecked for reason in finding.unchecked.split("; ")}),
    }
    checked = "1 sentence, row or quote" if len(findings) == 1 else f"{len(findings)} sentences, rows and quotes"
    text = f"{checked} checked, {cited} with citations, {len(failed)} failed"
    text += f", {len(warned)} with a warning" if warned else ""
    text += f"; {counted(len(unchecked), 'sentence')} could not be checked" if unchecked else ""
    result(f"{text}.", data, as_json)
    raise typer.Exit(CITATION_FAILED if failed else OK)


def _grouped(told: "Sequence[tuple[Finding, str]]") -> list[str]:
    """A line for each finding; of the same fault so many, and then how many more: an emptied file has hundreds."""
    times = Counter(fault for _, fault in told)
    lines, shown = [], Counter[str]()
    for finding, fault in told:
        shown[fault] += 1
        if shown[fault] <= _MOST_ALIKE:
            lines.append(f"{finding.file}:{finding.line}: {fault}: {finding.text}")
        if shown[fault] == times[fault] > _MOST_ALIKE:
            lines.append(f"{finding.file}: {fault}: … and {times[fault] - _MOST_ALIKE} more (--json lists all)")
    return lines


def _unchecked(findings: "Sequence[Finding]") -> list[str]:
    """A line for each paper that the library lacks, those cited most first."""
    times = Counter(reason for finding in findings for reason in finding.unchecked.split("; "))
    lines = [f"not checked  {reason} (cited in {counted(count, 'sentence')})" for reason, count in times.most_common(MOST_NAMED)]
    return [*lines, *([f"not checked  … and {len(times) - MOST_NAMED} more"] if len(times) > MOST_NAMED else [])]
