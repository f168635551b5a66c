"""Files that a library's export names: where they lie, as seen from the export itself."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote


def beside(name: str, path: str) -> str:
    """``path``, as the file ``name`` gives it, in the way that sources are named; "" for one that lies outside of the folder.

    Only what lies under the export's own folder is taken: a bibliography is an untrusted text and must not name other files of the disk.
    """
    path = path.strip().replace("\\", "/")
    if re.match(r"[a-z][a-z0-9+.-]+:", path, re.IGNORECASE) or path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return ""
    kept: list[str] = []
    for part in PurePosixPath(unquote(path) if "%" in path else path).parts:
        if part == "..":
            if not kept:
                return ""
            kept.pop()
        else:
            kept.append(part)
    return (PurePosixPath(name).parent / PurePosixPath(*kept)).as_posix() if kept else ""
