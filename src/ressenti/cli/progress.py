"""What a person sees while something takes long: a bar on standard error, nothing where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from ressenti.cli.locale import language
from ressenti.kit.i18n import _, translate


@contextmanager
def measuring() -> Iterator[Callable[[int, int], None] | None]:
    """Show how many conversations have been measured, if there is anything to measure and someone to see it."""
    if not sys.stderr.isatty():
        yield None
        return
    with _bar(translate(_("Measuring conversations"), language())) as advance:
        yield advance


@contextmanager
def sealing() -> Iterator[Callable[[int, int], None] | None]:
    """Show how many rows of an older record have their checksum, once there is one without, and someone to see it."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as until_done:
        advance: Callable[[int, int], None] | None = None

        def tell(done: int, total: int) -> None:
            nonlocal advance
            advance = advance or until_done.enter_context(_bar(translate(_("Giving rows their checksums"), language())))
            advance(done, total)

        yield tell


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar from the first progress report on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: list[TaskID] = []

        def advance(done: int, total: int) -> None:
            if not tasks:
                tasks.append(bar.add_task(what, total=total))
            bar.update(tasks[0], completed=done)

        yield advance


@contextmanager
def reading() -> Iterator[Callable[[str, int, int], None] | None]:
    """Show how far each file has been read: name, records taken, records in all."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        yield advance
