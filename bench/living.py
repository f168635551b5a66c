"""A living survey: what one more paper rewrites. ``python -m bench living --data DIR`` (``DIR/pdf/papers``, 38 PDFs).

Of some papers, one after another is left out, the others are surveyed, and it is added. A section was touched if it names the new
paper, if its theme took it in, if the new paper turned what became of a problem that it tells, or if a paper that it cites has another
letter behind its year; ``without_cause`` are the sections on themes and on papers that stand alone which were rewritten and not touched
(the other chapters tell of all papers). ``edited_section_kept``: a section was edited by hand before, and stands byte for byte.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from survey import Workspace
from survey.records import Section, Survey
from survey.render.markdown import section_markdown
from survey.render.text import names_of
from survey.revising.changes import cited

_LEFT_OUT = 4  # papers, spread over the collection
_EDIT = "What a person thinks of it: nothing “said” here is anybody's but their own.  \n\n> kept as it is\n"


def measure(data: Path) -> dict[str, float]:
    return measure_living(data)


def measure_living(data: Path, left_out: int = _LEFT_OUT) -> dict[str, float]:
    pdfs = sorted((data / "pdf" / "papers").rglob("*.pdf"))
    chosen = pdfs[:: max(1, len(pdfs) // left_out)][:left_out]
    figures = {"sections": 0, "sections_rewritten": 0, "theme_sections": 0, "sections_rewritten_without_cause": 0}
    kept = 0
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "read") as read:
        read.add([data / "pdf" / "papers"])  # so that no trial reads the files again
        for trial, late in enumerate(chosen):
            root = Path(folder) / f"trial-{trial}"
            shutil.copytree(read.root, root, ignore=shutil.ignore_patterns("outputs", "index*", "lock"))
            counted, edited = _trial(root, data / "pdf" / "papers", late)
            kept += edited
            for name, count in counted.items():
                figures[name] += count
    return {**figures, "edited_section_kept": kept / max(1, len(chosen))}


def _trial(root: Path, papers: Path, late: Path) -> tuple[dict[str, int], bool]:
    folder = root / "papers"
    for pdf in papers.rglob("*.pdf"):
        if pdf != late:
            target = folder / pdf.relative_to(papers)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pdf, target)
    out = root / "outputs" / "living"
    with Workspace.open(root) as workspace:
        workspace.survey(paths=[folder], out=out)
        before = _survey(out)
        mine = _edited(out / "survey.md", before)
        shutil.copyfile(late, folder / late.relative_to(papers))
        workspace.survey(paths=[folder], out=out)
    after = _survey(out)
    return _counted(before, after), mine in (out / "survey.md").read_bytes()


def _survey(out: Path) -> Survey:
    data = json.loads((out / "survey.json").read_text(encoding="utf-8"))
    return Survey.model_validate({name: value for name, value in data.items() if name != "format"})


def _edited(file: Path, survey: Survey) -> bytes:
    """Puts words of a person into the first section of a theme, and returns the section as it is then."""
    text = file.read_text(encoding="utf-8")
    start = text.index(f"{{#{survey.themes[0].id}}}")
    at = text.index("\n\n", start)
    end = next(match.start() for match in re.finditer(r"^#{1,2} ", text[at:], re.MULTILINE)) + at
    edited = f"{text[:at]}\n\n{_EDIT}{text[at:]}"
    file.write_text(edited, encoding="utf-8")
    return edited[start : end + len(_EDIT) + 2].rstrip("\n").encode()


def _counted(before: Survey, after: Survey) -> dict[str, int]:
    old = {s.id: s for s in before.sections}
    themes = {theme.id: set(theme.papers) for theme in before.themes} | {"alone": {paper.key for paper in before.alone}}
    told = [s for s in after.sections if not s.by_hand]
    rewritten = [s for s in told if s.id not in old or section_markdown(s, after) != section_markdown(old[s.id], before)]
    of_themes = [s for s in rewritten if any(s.id == name or s.id.startswith(f"{name}-") for name in themes)]
    new = {p.key for p in after.papers} - {p.key for p in before.papers}
    causeless = [s for s in of_themes if not _touched(s, old.get(s.id), new, before, after)]
    for section in causeless:
        print("without cause:", section.id, section.title)
    return {
        "sections": len(told),
        "sections_rewritten": len(rewritten),
        "theme_sections": sum(any(s.id == name or s.id.startswith(f"{name}-") for name in themes) for s in told),
        "sections_rewritten_without_cause": len(causeless),
    }


def _touched(section: Section, old: Section | None, new: set[str], before: Survey, after: Survey) -> bool:
    named = cited(section) | (cited(old) if old else set())
    themes = {*(theme.id for theme in after.themes if new & set(theme.papers)), *(["alone"] if new & {a.key for a in after.alone} else [])}
    names = names_of(before.papers), names_of(after.papers)
    renamed = any(names[0].get(key, names[1][key]) != names[1][key] for key in named if key in names[1])
    turned = {key for issue in after.issues if _by(issue.answers, new) for key in issue.keys}
    return bool(new & named) or any(section.id == t or section.id.startswith(f"{t}-") for t in themes) or renamed or bool(turned & named)


def _by(answers: Sequence[object], new: set[str]) -> bool:
    return any(getattr(answer, "key", "") in new for answer in answers)
