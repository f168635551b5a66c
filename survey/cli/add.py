"""survey add: papers into the library."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import (
    OK,
    PARTIAL,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    counted,
    fail,
    from_stdin,
    left_out,
    opened,
    remark,
    result,
)
from survey.errors import NoUsablePaper


def command(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of papers and bibliographies; - reads their names from stdin.")],
    forget_missing: Annotated[
        bool, typer.Option("--forget-missing", help="Forget what files gave that are no longer there; else it is kept, and they are named.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read papers into the library without writing a survey. Known files are not read again.

    Papers: PDF, LaTeX, JATS and TEI XML, HTML, DOCX, Markdown, text, and archives of these. Bibliographies: BibTeX and BibLaTeX (with the
    files they name), RIS, NBIB, CSL-JSON, EndNote XML, Zotero RDF, OpenAlex, Semantic Scholar and Crossref JSON, arXiv Atom, CSV. A CSV
    in the columns of Retraction Watch marks retracted papers. Files are told apart by what is in them; each is read in a process apart.

    Examples:

        survey add papers/ library.bib

        survey add new.pdf --workspace thesis --json

        find ~/papers -name "*2024*.pdf" | survey add -
    """
    with opened(workspace, quiet, writes=True) as work:
        added = work.add(from_stdin(paths), forget_missing=forget_missing)
    left_out(added.skipped, quiet)
    for source in added.forgotten:
        remark(f"forgotten {source}", quiet)
    for old, new in added.renamed:
        remark(f"renamed   {old} is now {new}, and is found by either", quiet)
    for key in added.dropped:
        remark(f"dropped   {key}: no paper goes by this citekey any longer", quiet)
    if not added.papers and not added.notices and not added.forgotten:
        fail(NoUsablePaper([str(path) for path in paths], [str(s) for s in added.skipped[:5]] if quiet else []))
    joined = f" from {added.records} records" if added.records != len(added.papers) else ""
    text = f"{counted(len(added.papers), 'paper')}{joined}, {added.new} of them new; "
    text += f"{counted(added.files_read, 'file')} read, {added.files_known} known."
    if added.notices:
        text += f" {counted(added.notices, 'notice')} of retraction."
    result(text, added.model_dump(mode="json"), as_json)
    raise typer.Exit(PARTIAL if any(not s.expected for s in added.skipped) else OK)
