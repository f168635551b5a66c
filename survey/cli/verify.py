"""survey verify: is a written survey true to the library?"""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import CITATION_FAILED, OK, JsonOption, QuietOption, WorkspaceOption, opened, remark, result


def command(
    file: Annotated[Path, typer.Argument(help="survey.md, survey.json or evidence.jsonl, the folder of them, or a draft in Markdown.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a written survey, or a draft of your own, against the library. Ends with 5 when something fails.

    Every paper cited must be there and have the pages named. Every quotation must stand in a paper cited, letter for letter, on a page
    named, with the numbers beside it. Every row of the table of papers and every printed reference must be that of the paper.

    Where survey.json lies beside survey.md or evidence.jsonl, what was changed, added or deleted since they were written is named too.

    Needs no model and no index. Cannot tell whether a quote is fair to its paper, or whether a sentence without one is true.

    Examples:

        survey verify outputs/demo

        survey verify outputs/demo/survey.md --json

        survey verify draft.md
    """
    with opened(workspace, quiet=True, make=False) as work:
        findings = work.verify(file)
    failed = [finding for finding in findings if finding.fault]
    for finding in failed:
        remark(f"{finding.file}:{finding.line}: {finding.fault}: {finding.text}", quiet)
    cited = sum(1 for finding in findings if finding.citekeys)
    data = {"checked": len(findings), "cited": cited, "failed": [finding.model_dump() for finding in failed]}
    result(f"{len(findings)} sentences, rows and quotes checked, {cited} with citations, {len(failed)} failed.", data, as_json)
    raise typer.Exit(CITATION_FAILED if failed else OK)
