"""survey verify: is a written survey true to the library?"""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import CITATION_FAILED, OK, JsonOption, QuietOption, WorkspaceOption, opened, remark, result


def command(
    file: Annotated[Path, typer.Argument(help="survey.md, survey.json or evidence.jsonl, or the folder that holds them.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a written survey again: every citation names a paper, every quote stands in it, on its page, with its numbers.

    Needs no model and no index. Ends with 5 when something fails.

    Examples:

        survey verify outputs/demo

        survey verify outputs/demo/survey.md --json
    """
    with opened(workspace, quiet=True) as work:
        findings = work.verify(file)
    failed = [finding for finding in findings if finding.fault]
    for finding in failed:
        remark(f"{finding.file}:{finding.line}: {finding.fault}: {finding.text}", quiet)
    cited = sum(1 for finding in findings if finding.citekeys)
    data = {"checked": len(findings), "cited": cited, "failed": [finding.model_dump() for finding in failed]}
    result(f"{len(findings)} sentences and rows checked, {cited} with citations, {len(failed)} failed.", data, as_json)
    raise typer.Exit(CITATION_FAILED if failed else OK)
