"""survey export: the references of the collection, for other programs."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, opened


class Form(StrEnum):
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"


def command(
    keys: Annotated[list[str] | None, typer.Argument(help="Citekeys, with or without @. Without any: all papers of the library.")] = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="What to write them in.")] = Form.BIBTEX,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Print the papers' references, with abstracts and your own citekeys, as BibTeX, RIS or CSL-JSON.

    With --json one object whose "references" are CSL-JSON.

    Examples:

        survey export > library.bib

        survey export @gongASTAudioSpectrogram2021 --format ris
    """
    from survey.render.bibliography import references_bib
    from survey.render.csl import references_csl
    from survey.render.ris import references_ris

    with opened(workspace, quiet=True, make=False) as work:
        papers = list({paper.key: paper for paper in map(work.paper, keys)}.values()) if keys else work.library.papers()
    if as_json:
        text = json.dumps({"references": json.loads(references_csl(papers))}, ensure_ascii=False, indent=2) + "\n"
    else:
        text = {Form.BIBTEX: references_bib, Form.RIS: references_ris, Form.CSL_JSON: references_csl}[form](papers)
    sys.stdout.buffer.write(text.encode("utf-8"))  # a file that is made of it is UTF-8 whatever the terminal is
    sys.stdout.buffer.flush()
