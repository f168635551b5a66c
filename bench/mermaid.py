"""Is the Mermaid text of a fish-bone a fish-bone to Mermaid? ``python -m bench mermaid --data DIR`` (half a minute; ``DIR`` is not read).

Needs Node and npm: the newest mermaid 11 is installed into a temporary folder. Of 200 fish-bones made up of hostile labels (``ishikawa``
and what else means something to Mermaid, CJK, right to left, emoji, long words) ``mermaid_parsed`` are those that it reads without a fault
and with every label where it stands in the text; ``mermaid_of`` all.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from survey.records import STATUSES, Answered, Bone, FishBone, Quote
from survey.render.mermaid import fishbone_mermaid

_COUNT = 200
_SCRIPT = Path(__file__).with_suffix(".mjs")
_WORDS = [
    *("labels", "are", "scarce", "Ishikawa", "ishikawa-beta", "graph", "end", "%%", "%%{init: {}}%%", "---", "title:", "<b>", "<x>", "#5;"),
    *(
        "&lt;",
        "&amp;",
        ":::",
        "{",
        "}",
        "[",
        "](",
        "(",
        ")",
        "`",
        '"',
        "'",
        ";",
        "|",
        "~~~",
        "\\",
        "\n",
        "\t",
        "\u2028",
        "\x00",
        "$$x$$",
        "-->",
    ),
    *(
        "数据不足",
        "ラベル",
        "नमूना",
        "نقص",
        "البيانات",
        "חסרים",
        "\u202eabc\u202c",
        "👩‍🔬",
        "🧠",
        "é́",
        "x" * 80,
        "https://evil.example/?q=1#a",
    ),
    *("__proto__", "constructor", "accTitle:", "direction", "class", "click", "style", "1.", "-", "*", "•", "○"),
]


def measure(data: Path) -> dict[str, float]:
    del data
    if missing := [program for program in ("node", "npm") if shutil.which(program) is None]:
        sys.exit(f"bench mermaid: {' and '.join(missing)} not found; install Node.js (20 or newer) with npm, and try again")
    texts = [fishbone_mermaid(_made_up(Random(seed))) for seed in range(_COUNT)]
    found = _read(texts)
    parsed = 0
    for text, one in zip(texts, found, strict=True):
        whole = one.get("labels") == [line.strip(" ") for line in text.split("\n")[1:-1]]
        parsed += whole
        if not whole:
            print(one.get("error", "labels differ"), text, one.get("labels"), sep="\n", file=sys.stderr)
    return {"mermaid_parsed": parsed, "mermaid_of": len(texts)}


def _read(texts: list[str]) -> list[dict[str, object]]:
    """What mermaid makes of each: ``labels`` or ``error``."""
    with tempfile.TemporaryDirectory() as folder:
        script = shutil.copy(_SCRIPT, folder)
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, "mermaid@11", "jsdom@26"]
        try:
            subprocess.run(install, check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError as error:
            sys.exit(f"bench mermaid: npm could not install mermaid (it ended with {error.returncode}); its registry must be reached")
        done = subprocess.run(["node", script], input=json.dumps(texts), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _made_up(chance: Random) -> FishBone:
    def label() -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(0, 6)))

    def issue() -> Bone:
        quote = Quote(key=chance.choice(["phan2019", "roe 2021; (x)", "李2020"]), text="q", start=0, end=1)
        by = tuple(Answered(key=quote.key, kind="resolves", quote=quote) for _ in range(chance.randint(0, 3)))
        return Bone(kind="issue", label=label(), status=chance.choice(list(STATUSES)), answers=by)

    bones = (
        Bone(label=label(), stated=chance.random() < 0.5, children=tuple(issue() for _ in range(chance.randint(0, 5))), rest=("i",) * nth)
        for nth in range(chance.randint(1, 9))
    )
    return FishBone(head=label() or "Why", field=label(), bones=tuple(bones))
