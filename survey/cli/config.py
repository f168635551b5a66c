"""survey config: what is set, where it came from, and which text goes where."""

from pathlib import Path
from typing import Any

import typer

from survey.cli.common import JsonOption, ModelOptions, WorkspaceOption, fail, result
from survey.errors import SurveyError

app = typer.Typer(help="Show what is set.", no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def _config() -> None:
    pass


@app.command(name="show")
def show(
    workspace: WorkspaceOption = Path(),
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    as_json: JsonOption = False,
) -> None:
    """Show every setting with where it came from, and which text goes to which server. Keys are named, never shown.

    Examples:

        survey config show

        survey config show --model qwen3:8b --base-url http://127.0.0.1:11434/v1
    """
    from survey.models.roles import READ_BY  # loads the tasks
    from survey.settings import load_settings

    try:
        settings = load_settings(workspace, {"model": model, "base_url": base_url})
        endpoints = {role: settings.endpoint(role) for role in READ_BY}
    except SurveyError as error:
        fail(error)
    values = {name: (getattr(settings, name), settings.where(name)) for name in type(settings).model_fields}
    width = max(map(len, values))
    lines = [f"{name:<{width}}  {'-' if value in (None, '') else value}  ({where})" for name, (value, where) in values.items()]
    roles: dict[str, dict[str, Any]] = {}
    for role, endpoint in endpoints.items():
        if endpoint is None:
            lines.append(f"\n{role}: answered on this machine, by what comes with the program; nothing is sent.")
            roles[role] = {"model": None, "sent": None}
            continue
        place = "this machine" if endpoint.is_this_machine else "leaves this machine"
        key = f"key from {endpoint.key_from}" if endpoint.key_from else "no key"
        lines.append(f"\n{role}: {endpoint.model} at {endpoint.base_url} ({place}; {key})\n  is sent: {READ_BY[role]}")
        roles[role] = {
            "model": endpoint.model,
            "base_url": endpoint.base_url,
            "host": endpoint.host,
            "this_machine": endpoint.is_this_machine,
            "key_from": endpoint.key_from or None,
            "sent": READ_BY[role],
        }
    data = {"settings": {name: {"value": value, "from": where} for name, (value, where) in values.items()}, "roles": roles}
    result("\n".join(lines), data, as_json)
