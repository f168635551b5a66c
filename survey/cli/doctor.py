"""survey doctor: what is wrong with a workspace, and mending it."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, ModelOptions, QuietOption, WorkspaceOption, fail, progress_bar, remark, result
from survey.errors import StorageError, SurveyError
from survey.records import Ailment


def command(
    workspace: WorkspaceOption = Path(),
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended. Your own files are not touched.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server whether it is there.")] = False,
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check what the program stands on, and every byte that it keeps.

    Looks at packages and weights, disk and clock; the model's server, if one was named (it is asked GET /models, and sent no text); the
    library, row by row; the index, in a process of its own; the surveys in outputs/; the lock. Changes nothing without --repair.

    Ends with 0 when all is well, and with 8 when something is wrong and left.

    Examples:

        survey doctor

        survey doctor --repair

        survey doctor --json | jq -r '.parts[].ailments[].place'
    """
    from survey import doctor  # loads the stages

    look = doctor.repair if repair else doctor.examine
    try:
        with progress_bar(quiet) as progress:
            found = look(workspace, {"model": model, "base_url": base_url}, offline=offline, progress=progress.told)
    except SurveyError as error:
        fail(error)
    lines = []
    for part in found.parts:
        lines.append(f"{part.name:<12} {'ok' if not part.ailments else 'WRONG'}: {part.found}")
        lines += [f"  {line(ailment)}" for ailment in part.ailments]
    lines += [f"mended       {line(ailment)}" for ailment in found.mended]
    result("\n".join(lines), found.model_dump(mode="json"), as_json)
    if found.ailments and not repair and any(ailment.mendable for ailment in found.ailments):
        remark("Mend what can be mended: survey doctor --repair", quiet)
    if found.ailments:
        raise typer.Exit(StorageError.exit_code)


def line(ailment: Ailment) -> str:
    return f"{ailment.place}: {ailment.fault} ({ailment.cure})"
