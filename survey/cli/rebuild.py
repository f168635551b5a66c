"""survey rebuild: the index anew."""

from pathlib import Path

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, counted, opened, result


def command(workspace: WorkspaceOption = Path(), as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Build the index anew from the library. No model is asked: vectors that are kept are used again.

    It is never needed: a missing or damaged index is noticed and built anew by the next command that searches it.

    Examples:

        survey rebuild
    """
    with opened(workspace, quiet, make=False, writes=True) as work:
        work.rebuild()
        passages = len(work.library.passage_digests())
    result(f"{counted(passages, 'passage')} indexed", {"passages": passages}, as_json)
