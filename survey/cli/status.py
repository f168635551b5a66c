"""survey status: what the library holds."""

from pathlib import Path

from survey.cli.common import MOST_NAMED, JsonOption, QuietOption, WorkspaceOption, counted, left_out, opened, remark, result


def command(workspace: WorkspaceOption = Path(), as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Show what the library holds: its papers with their citekeys, and what could not be read.

    Examples:

        survey status

        survey status --json | jq -r '.keys[][0]'
    """
    with opened(workspace, quiet=True, make=False) as work:
        status = work.status()
    left_out(status.skipped, quiet)
    for source in status.missing[:MOST_NAMED]:
        remark(f"missing   {source}: what it gave is kept (forget it: survey add PATH --forget-missing)", quiet)
    if len(status.missing) > MOST_NAMED:
        remark(f"missing   … and {len(status.missing) - MOST_NAMED} more", quiet)
    width = max((len(key) for key, _ in status.keys), default=0)
    amounts = ((status.papers, "paper"), (status.sentences, "sentence"), (status.passages, "passage"))
    lines = [", ".join(counted(number, noun) for number, noun in amounts)]
    lines += [f"{key:<{width}}  {name}" for key, name in status.keys]
    lines += [f"{key:<{width}}  {notice}" for key, notice in status.notices]
    result("\n".join(lines), status.model_dump(mode="json"), as_json)
