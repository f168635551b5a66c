"""Asking arXiv, OpenAlex, Semantic Scholar, Crossref and doi.org for papers. The one room that does, and only when a user asks for it.

Each reply is kept as it came, in ``store/fetched/<service>/``; the readers read it from there like any other file. A reply that is kept is
not asked for again.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from survey.durable import write_file
from survey.errors import FetchFailed, UnwritableLibrary
from survey.fetching.client import Client, NotThere, checked_base, checked_email
from survey.fetching.services import SERVICES, Ask, Service, Told, asks
from survey.models.retrying import Clock, SystemClock
from survey.records import Record, Skipped

__all__ = ["SERVICES", "Fetched", "fetch", "planned"]


class Fetched(Record):
    """What a fetch brought: the files of its replies, how many were asked for and how many were kept from before, and what was not there.

    ``total`` is how many papers the service says that it has for the query.
    """

    service: str
    query: str
    files: tuple[Path, ...] = ()
    asked: int = 0
    kept: int = 0
    papers: int = 0
    total: int = 0
    skipped: tuple[Skipped, ...] = ()


def planned(service: str, query: str, most: int = 50, email: str = "", base_url: str = "", has_key: bool = False) -> list[str]:
    """The addresses that :func:`fetch` would ask, without key. Raises :class:`survey.errors.BadQuery`."""
    chosen = SERVICES[service]
    base = checked_base(chosen, base_url or chosen.base_url)
    return [base + chosen.address(ask) for ask in asks(chosen, query, most, checked_email(chosen, email), has_key)]


def fetch(  # noqa: PLR0913 - what a user may say of it
    service: str,
    query: str,
    store: Path,
    *,
    most: int = 50,
    email: str = "",
    base_url: str = "",
    key: SecretStr | None = None,
    again: bool = False,
    clock: Clock | None = None,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Fetched:
    """Asks ``service`` and keeps its replies in ``store``/fetched/<service>. Raises :class:`survey.errors.FetchFailed`."""
    chosen = SERVICES[service]
    base = checked_base(chosen, base_url or chosen.base_url)
    pages = asks(chosen, query, most, checked_email(chosen, email), key is not None)
    folder = store / "fetched" / service
    clock = clock or SystemClock()
    client = Client(chosen, base, email, key, clock, _last_asked(folder))
    files: list[Path] = []
    skipped: list[Skipped] = []
    kept = papers = total = 0
    cursor = ""
    try:
        for done, page in enumerate(pages, start=1):
            ask = page._replace(cursor=cursor)
            file = folder / _file_name(chosen, ask, base)
            told = None if again else _recorded(chosen, file, ask)
            kept += told is not None
            try:
                told = told or _asked(chosen, client, ask, file)
            except NotThere:
                skipped.append(Skipped(source=f"{service}:{ask.query}", reason=f"{client.host} knows no such thing", cure="check it"))
                continue
            files += [file] if told.papers else []
            papers, total, cursor = papers + told.papers, total + told.total if service == "doi" else told.total, told.cursor
            progress("fetching", done, len(pages))
            if service != "doi" and (not told.papers or (page.page + 1) * page.size >= told.total):
                break
    finally:
        client.close()
    progress("fetching", len(pages), len(pages))
    return Fetched(
        service=service,
        query=query,
        files=tuple(files),
        asked=client.asked,
        kept=kept,
        papers=papers,
        total=total,
        skipped=tuple(skipped),
    )


def _asked(service: Service, client: Client, ask: Ask, file: Path) -> Told:
    """Asks for one page and keeps it, if it is what the service should send."""
    for attempt in (1, 2, 3):
        data = client.get(service.address(ask))
        try:
            told = service.told(data, ask)
        except (ValueError, UnicodeDecodeError) as error:
            fault = " ".join(str(error).split())[:100]
            raise FetchFailed(client.host, f"sent a reply that cannot be used: {fault}") from None
        # arXiv sends an empty page now and then, where there are papers.
        if told.papers or told.total <= ask.page * ask.size or attempt == 3:
            break
    _write(file, data)
    return told


def _recorded(service: Service, file: Path, ask: Ask) -> Told | None:
    """What a reply kept from before says; None where there is none, or it was damaged since."""
    try:
        return service.told(file.read_bytes(), ask)
    except (OSError, ValueError):
        return None


def _file_name(service: Service, ask: Ask, base: str) -> str:
    """Readable, and another for another query, size of pages or server; the same whoever asks, and whatever for."""
    words = re.sub(r"[^a-z0-9]+", "-", ask.query.casefold()).strip("-")[:50].strip("-") or "query"
    mark = hashlib.sha256(f"{base} {ask.size} {ask.query}".encode()).hexdigest()[:8]
    return f"{words}-{mark}-{ask.page + 1}.{service.suffix}"


def _last_asked(folder: Path) -> float:
    try:
        return max((file.stat().st_mtime for file in folder.iterdir()), default=0.0)
    except OSError:
        return 0.0


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, data)
    except OSError as error:
        raise UnwritableLibrary(file, error) from error
