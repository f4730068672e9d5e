"""The command line: one face of Floorcast. It reads arguments, shows documents and holds no logic."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the command `floorcast`; always ends in SystemExit (0, 1, 2 or 130)."""
    import gc
    import os

    # A command makes many objects that stay (modules, schemas) and few circles: looking through all of
    # them at Python's usual pace took a fifth of a short run.
    gc.set_threshold(100_000, 20, 20)
    # Plugins of pydantic that happen to be installed are for other programs; looking for them reads every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign such as ± shows a question mark instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    keep_interrupts()
    try:
        _called()
    except KeyboardInterrupt:  # before a command has begun, or as it ends
        raise SystemExit(130) from None
    except BrokenPipeError:
        from floorcast.cli.faults import drop_output

        drop_output()
        raise SystemExit(0) from None
    except OSError as fault:  # help that nobody can take
        from floorcast.cli.faults import NO_ROOM, say, unwritable

        if fault.errno not in NO_ROOM:
            raise
        say(unwritable(fault), style="red")
        raise SystemExit(2) from None
    finally:
        # Python looks through all objects twice more as it ends: another fifth of a short run, for nothing.
        gc.freeze()


def keep_interrupts() -> None:
    """Raise a Ctrl-C anew that came while Python was in a callback of its own, where it would be lost without a word
    and the command would go on to its end."""
    import _thread
    import signal
    import threading

    def again() -> None:
        main_thread = threading.main_thread().ident
        if main_thread is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main_thread, signal.SIGINT)  # wakes it, should it be waiting
        else:
            _thread.interrupt_main()

    def hook(fault: sys.UnraisableHookArgs) -> None:
        if fault.exc_type is KeyboardInterrupt:
            # A moment later: at once it would fall into this hook, and be lost again.
            threading.Timer(0.02, again).start()
        else:
            sys.__unraisablehook__(fault)

    sys.unraisablehook = hook


def _called() -> None:
    if sys.argv[1:] in (["--help"], ["-h"]):  # at once: not even typer is needed
        from shutil import get_terminal_size

        from floorcast.cli.commands import help_text

        print(help_text(get_terminal_size().columns))
        sys.stdout.flush()
        raise SystemExit(0)

    from floorcast.cli.app import app

    app()
