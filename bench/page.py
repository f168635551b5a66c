"""Does the page behave in a browser? ``python -m bench page --data DIR`` (six minutes).

``DIR`` is the folder of a survey (its ``survey.html`` is looked at), or the folder of labelled data: the papers of ``DIR/pdf/papers`` are
surveyed by the embedded default first. Needs Chromium (``CHROMIUM`` names it), Node and npm: puppeteer-core and axe-core are installed into
a temporary folder. The page is printed to ``survey.pdf`` in the folder that ``PAGE_PDF`` names, for a person to look at.

``bytes`` of the file; ``requests`` that it makes, ``errors`` that its script or policy report; ``axe_serious`` and ``axe_any``: what axe
finds, on a wide screen and a phone, in light and dark, with a card open and without; ``html_faults``: tags not closed in turn, ids given
twice, links within the page that lead nowhere, levels of headings that skip one.

``cards_…`` of ``cards_tried`` citations, spread over the page and standing at the middle, the top and the bottom of the window: the card
opens, is whole on the screen, does not cover its citation, and closes. By mouse: pointing shows it and crossing does not, it stays while
the mouse is on it, Esc closes it, and it goes when the mouse goes. By keyboard: Tab shows it, Enter keeps it, Tab then leads into it, and
Esc closes it and gives the focus back. By touch, on a screen of 390 pixels: a tap shows it, another elsewhere closes it. Without script: a
click. ``search_ms`` for one search, ``search_finds`` 1 if it leads to a hit; ``phone_too_wide``: by how many pixels the page is wider than
a phone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

_SCRIPT = Path(__file__).with_suffix(".mjs")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def measure(data: Path) -> dict[str, float]:
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), "")
    needed = {"Chromium": browser, "node": shutil.which("node"), "npm": shutil.which("npm")}
    if missing := [name for name, found in needed.items() if not found]:
        sys.exit(f"bench page: {' and '.join(missing)} not found; install Chromium and Node.js (20 or newer) with npm, and try again")
    with tempfile.TemporaryDirectory() as folder:
        page = data / "survey.html"
        if not page.is_file():
            page = _surveyed(data / "pdf" / "papers", Path(folder))
        pdf = Path(os.environ.get("PAGE_PDF", folder)) / "survey.pdf"
        return {**_looked_at(browser, page, pdf, Path(folder)), "html_faults": len(faults(page.read_text(encoding="utf-8")))}


def _surveyed(papers: Path, folder: Path) -> Path:
    from survey import Workspace

    with Workspace.open(folder / "work") as workspace:
        workspace.add([papers])
        return workspace.survey(paths=[papers]).folder / "survey.html"


def _looked_at(browser: str, page: Path, pdf: Path, folder: Path) -> dict[str, float]:
    script = shutil.copy(_SCRIPT, folder)
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), "puppeteer-core@24", "axe-core@4"]
    try:
        subprocess.run(install, check=True, stdout=sys.stderr)
    except subprocess.CalledProcessError as error:
        sys.exit(f"bench page: npm could not install puppeteer-core and axe-core (it ended with {error.returncode}); npm must be online")
    done = subprocess.run(["node", script, browser, str(page.resolve()), str(pdf)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


_VOID = {"meta", "link", "br", "input"}


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.goals: set[str] = set()
        self.levels: list[int] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        address = given.get("href") or ""
        self.goals |= {address[1:]} if address.startswith("#") else set()
        self.levels += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")


def faults(html: str) -> list[str]:
    """What is wrong with a page as HTML."""
    page = _Outline()
    page.feed(html)
    found = [*page.faults, *(f"<{tag}> is never closed" for tag in page.open)]
    found += [f"the id {name} stands twice" for name in sorted({name for name in page.ids if page.ids.count(name) > 1})]
    found += [f"#{name} leads nowhere" for name in sorted(page.goals - set(page.ids))]
    found += [f"a heading of level {after} follows one of level {before}" for before, after in pairwise(page.levels) if after > before + 1]
    for fault in found:
        print(fault, file=sys.stderr)
    return found
