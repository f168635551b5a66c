"""survey fetch: asks a service for papers, and adds what came."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from survey.cli.common import OK, PARTIAL, JsonOption, QuietOption, WorkspaceOption, counted, fail, left_out, opened, remark, result
from survey.errors import NoUsablePaper, SurveyError


class Name(StrEnum):
    """Whom to ask."""

    ARXIV = "arxiv"
    OPENALEX = "openalex"
    S2 = "s2"
    CROSSREF = "crossref"
    DOI = "doi"


def command(
    service: Annotated[Name, typer.Argument(help="Whom to ask.", show_default=False)],
    query: Annotated[list[str], typer.Argument(help="What to search for; for doi one or several DOIs.", show_default=False)],
    most: Annotated[int, typer.Option("--max", min=1, max=10_000, help="Most papers, rounded up to whole pages.")] = 50,
    email: Annotated[str, typer.Option("--email", help="Your address, which services ask for: it is sent along.", show_default=False)] = "",
    base_url: Annotated[
        str, typer.Option("--base-url", help="Ask there in place of the service: a mirror or a stand-in.", show_default=False)
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Ask for replies anew that are kept from before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing: print the addresses that would be asked.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask a service for papers and add their records to the library. The only command that fetches anything.

    Sent are the words of the query and, if given, your address and key; never a text of yours.
    Replies are kept in store/fetched/ and not asked for again.

    Examples:

        survey fetch arxiv "sleep staging transformer" --max 20

        survey fetch openalex "backdoor attacks" --email me@university.edu

        survey fetch doi 10.18653/v1/P18-1088 10.1109/5.771073 --dry-run
    """
    words = " ".join(query)
    if dry_run:
        _rehearsed(service, words, most, email, base_url, workspace, as_json)
    with opened(workspace, quiet, writes=True) as work:
        from survey.fetching import SERVICES, fetch, planned  # httpx and lxml

        key = work.settings.service_key(service, base_url)
        addresses = planned(service, words, most, email, base_url, has_key=key is not None)
        pages = counted(len(addresses), "request")
        remark(f"asking {SERVICES[service].title} for “{words}”: up to {pages}, the first {addresses[0]}", quiet)
        fetched = fetch(
            service.value,
            words,
            work.root / "store",
            most=most,
            email=email,
            base_url=base_url,
            key=key,
            again=again,
            progress=work.progress,
        )
        added = work.add(fetched.files) if fetched.files else None
    skipped = (*fetched.skipped, *(added.skipped if added else ()))
    left_out(skipped, quiet)
    if not added or not added.papers:
        fail(NoUsablePaper([f"{SERVICES[service].title} for “{words}”"], [str(item) for item in skipped[:5]] if quiet else []))
    text = f"{counted(len(added.papers), 'paper')} of {fetched.total:,} found, {added.new} of them new; "
    text += (
        f"{counted(fetched.asked, 'request')} sent, {counted(fetched.kept, 'reply' if fetched.kept == 1 else 'replie')} kept from before."
    )
    data = {**fetched.model_dump(mode="json"), "added": added.model_dump(mode="json")}
    result(text, data, as_json)
    raise typer.Exit(PARTIAL if any(not s.expected for s in skipped) else OK)


def _rehearsed(service: Name, words: str, most: int, email: str, base_url: str, workspace: Path, as_json: bool) -> NoReturn:
    """Shows what would be asked, and makes nothing: no workspace either."""
    from survey.fetching import planned
    from survey.settings import load_settings

    try:
        has_key = load_settings(workspace).service_key(service, base_url) is not None
        addresses = planned(service, words, most, email, base_url, has_key=has_key)
    except SurveyError as error:
        fail(error)
    result("\n".join(addresses), {"service": service.value, "addresses": addresses, "key": has_key}, as_json)
    raise typer.Exit(OK)
