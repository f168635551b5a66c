"""survey dedupe: which records were taken for one paper, and undoing it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, counted, opened, remark, result
from survey.errors import NotJoined

if TYPE_CHECKING:
    from survey.workspace import Workspace


def command(
    keys: Annotated[list[str] | None, typer.Argument(help="Citekeys. Without any: all papers that come from several records.")] = None,
    apart: Annotated[bool, typer.Option("--apart", help="These records are not one paper: take the paper apart, and leave it so.")] = False,
    record: Annotated[
        int | None, typer.Option("--record", help="With --apart: take out this record alone, by its number in the list.")
    ] = None,
    join: Annotated[bool, typer.Option("--join", help="These papers are one: join them, and leave it so.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was decided on these papers: the rules decide again.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show which records were taken for one paper, and why; undo it, or join what the rules left apart. What you decide is kept.

    Examples:

        survey dedupe

        survey dedupe smithPonds2019 --apart

        survey dedupe smithPonds2019 --apart --record 2

        survey dedupe smithPonds2019 smithPondsLakes2020 --join
    """
    wanted = list(dict.fromkeys(key.removeprefix("@") for key in keys or []))
    if (apart + join + reset > 1) or ((apart or join or reset) and not wanted) or (record is not None and not apart):
        raise typer.BadParameter("give citekeys, and one of --apart (with --record N, or without), --join, --reset")
    if join and len(wanted) < 2:
        raise typer.BadParameter("--join needs two citekeys or more")
    with opened(workspace, quiet=True, make=False, writes=apart or join or reset) as work:
        _check(work, wanted, apart, record)
        if apart:
            now = [name for key in wanted for name in work.part(key, record)]
        elif join:
            now = work.join(wanted)
        elif reset:
            now = work.reset(wanted)
        else:
            now = wanted
        joins = [joined for joined in work.joined() if not now or joined.key in now]
        names = {key: work.paper(key).name for key in {*now, *(joined.key for joined in joins)}}
    lines = []
    for joined in joins:
        number = {name: at for at, name in enumerate(joined.records, start=1)}
        lines.append(f"{joined.key}  {names[joined.key]}")
        lines += [f"  {at}  {', '.join(name.split('#', 1))}" for name, at in number.items()]
        lines += [f"     {number[reason.one]} and {number[reason.other]}: {reason.words}" for reason in joined.reasons]
    lines += [f"{key}  {names[key]}" for key in now if key not in {joined.key for joined in joins}]
    if not lines:
        lines = ["Every paper comes from one record."]
    data = {
        "papers": now or [joined.key for joined in joins],
        "joined": [{"key": j.key, "records": list(j.records), "reasons": [reason._asdict() for reason in j.reasons]} for j in joins],
    }
    if joins and not now:
        remark(f"{counted(len(joins), 'paper')} from several records. What is wrong: survey dedupe KEY --apart", quiet)
    result("\n".join(lines), data, as_json)


def _check(work: "Workspace", keys: Sequence[str], apart: bool, record: int | None) -> None:
    """All that is asked for can be done, or nothing is."""
    for key in keys:
        work.paper(key)
    records = {joined.key: len(joined.records) for joined in work.joined()} if apart else {}
    for key in keys if apart else ():
        count = records.get(key, 1)
        if count < 2 or (record is not None and not 1 <= record <= count):
            raise NotJoined(key, count, record)
