"""survey score: the measures by which surveys are compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import JsonOption, WorkspaceOption, counted, fail, opened, result
from survey.errors import SurveyError

if TYPE_CHECKING:
    from survey.scoring import Score

BibOption = Annotated[
    Path | None,
    typer.Option("--bib", help="The bibliography of the text: BibTeX, CSL-JSON or RIS.", show_default="its own, or the one beside it"),
]


def command(
    file: Annotated[Path, typer.Argument(help="A survey in Markdown, yours or anybody's, or the folder of a survey.md.")],
    bib: BibOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Count how a survey is made: sentences with a citation, references, repetition, structure.

    Citations may be [@key], [1, 2], (Roe et al., 2020) or \\cite{key}; references a list under a heading, or a file beside it.
    Works without a library; with one, the coverage of its papers and the quotations that stand in them are counted too.

    Needs no model. A score says how a survey is made, not whether it is true: for that, `survey verify`.

    Examples:

        survey score outputs/demo

        survey score others/survey.md --bib others/refs.bib --json
    """
    if (workspace / "store" / "library.sqlite").exists():
        with opened(workspace, quiet=True) as work:
            scored = work.score(file, bib)
    else:
        from survey.scoring import score_file  # markdown_it

        try:
            scored = score_file(file, bib)
        except SurveyError as error:
            fail(error)
    result("\n".join(f"{name:<40}{value}".rstrip() for name, value in _table(scored)), scored.model_dump(mode="json"), as_json)


def _table(scored: "Score") -> list[tuple[str, str]]:
    listed, alike, made = scored.references, scored.repetition, scored.structure
    shared = f"{_percent(alike.max_trigram_overlap)}, on average {100 * alike.mean_trigram_overlap:.2f}%"
    rows = [
        ("sentences", f"{scored.sentences}, in {counted(scored.words, 'word')}"),
        ("  with a citation", _percent(scored.cited_sentence_share)),
        ("references listed", str(listed.listed)),
        ("  cited", f"{listed.cited}, {scored.distinct_references_per_1000_words} per 1,000 words"),
        ("  never cited", str(listed.uncited)),
        ("  cited, but unknown", _with_names(listed.unknown, listed.unknown_names)),
        ("  with author, title", f"{_percent(listed.with_author)}, {_percent(listed.with_title)}"),
        ("  with year, venue or identifier", f"{_percent(listed.with_year)}, {_percent(listed.with_venue_or_identifier)}"),
        ("  complete", _percent(listed.complete)),
        ("trigrams that two sentences share", f"at most {shared}"),
        ("  sentences with a near-duplicate", _percent(alike.near_duplicates)),
        ("  sentences that open like another", _percent(alike.repeated_openings)),
        ("sections", f"{made.sections}, {counted(made.depth, 'level')} deep, of {made.shortest_section}–{made.longest_section} words"),
        ("  tables, figures", f"{made.tables}, {made.figures}"),
        ("quotations", str(scored.quotations)),
    ]
    if scored.quotations_verified is not None:
        rows.append(("  that stand in a paper cited", _percent(scored.quotations_verified)))
    if covered := scored.coverage:
        rows.append((f"of the {counted(covered.papers, 'paper')} of the library, cited", _percent(covered.cited)))
        rows.append(("  cited or listed", _percent(covered.listed)))
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _with_names(number: int, names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return f"{number}: {shown}" if names else f"{number}"
