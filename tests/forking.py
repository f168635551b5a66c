"""Processes that need not load the heavy packages: forks of one that has.

``python -m tests.forking PLACE`` loads them once and waits at the socket PLACE, until its stdin ends. ``python tests/forking.py PLACE -m
MODULE …`` (or ``-c CODE …``) is then what ``python -m MODULE …`` is, seconds faster: a stand-in that hands its files, folder and
environment to a fork, passes signals on to it, and ends as it ends. See :func:`tests.calling.warm`.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading
from typing import NoReturn


def stand_in(place: str, arguments: list[str]) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(place)
        asked = json.dumps([arguments, os.getcwd(), dict(os.environ)]).encode()  # noqa: PTH109  # pathlib takes longer than all the rest
        socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(asked)
        with server.makefile("rb") as told:
            child = int(told.readline())
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda sent, _: os.kill(child, sent))
            status = int(told.readline() or signal.SIGKILL)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL) if os.WTERMSIG(status) != signal.SIGKILL else None
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


def waiting(place: str) -> list[str] | None:
    """Forks a child for whoever asks. Returns in the child, with its arguments, and at the end, with None."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who look after a child are not waited for
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready = select.select([listener.fileno(), 0], [], [])[0]
            if 0 in ready:
                return None
            asker = listener.accept()[0]
            if os.fork():
                asker.close()
                continue
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            return _child(asker)


def _child(asker: socket.socket) -> list[str]:
    length, files, _, _ = socket.recv_fds(asker, 8, 3)
    with asker.makefile("rb") as asking:
        arguments, folder, environment = json.loads(asking.read(int.from_bytes(length, "big")))
    child = os.fork()
    if child:
        for file in (0, 1, 2, *files):
            os.close(file)  # else whoever reads the child's output waits for this process too
        asker.sendall(b"%d\n" % child)
        _look_after(child, asker)
    asker.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path and path not in sys.path]
    found: list[str] = arguments
    return found


def _look_after(child: int, asker: socket.socket) -> None:
    """Until it ends, or whoever asked for it is gone: then it goes too."""
    if hasattr(os, "pidfd_open"):
        ended = os.pidfd_open(child)
        if ended not in select.select([ended, asker.fileno()], [], [])[0]:
            os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    with contextlib.suppress(OSError):
        asker.sendall(b"%d\n" % status)
    os._exit(0)


def run(arguments: list[str]) -> None:
    kind, what, *more = arguments
    if kind == "-c":
        sys.argv = ["-c", *more]
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
    else:
        import runpy

        sys.argv = [what, *more]
        runpy.run_module(what, run_name="__main__", alter_sys=True)


def end(arguments: list[str]) -> NoReturn:
    """Runs them, and ends as Python does, but for taking apart what was loaded, which takes longer than many a command."""
    code: object = 0
    try:
        run(arguments)
    except SystemExit as wanted:
        code = wanted.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
    threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter calls: waits for threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def main() -> None:
    if sys.argv[2:]:
        stand_in(sys.argv[1], sys.argv[2:])
    # loaded here, before the forks; not onnxruntime: it starts a thread, which a fork has not
    import chromadb  # noqa: F401
    import llama_index.core.node_parser
    import llama_index.retrievers.bm25  # noqa: F401
    import mcp  # noqa: F401
    import scipy.cluster.hierarchy
    import scipy.sparse.linalg  # noqa: F401

    import survey.cli
    import survey.index
    import survey.outputs
    import survey.pipeline
    import survey.readers.pdf
    import survey.serving
    import survey.workspace  # noqa: F401

    arguments = waiting(sys.argv[1])
    if arguments:
        end(arguments)


if __name__ == "__main__":
    main()
