"""What an import says of sales in other currencies than their project's, which are in no figure (E48)."""

from collections.abc import Iterator, Mapping

from ressenti.intake.remarks import Remark
from ressenti.kit.i18n import _
from ressenti.kit.shell import command


def remarks(counts: Mapping[str, int], project: str, own: str) -> Iterator[Remark]:
    """Yield a remark for each other currency, the commonest first.

    `counts` has how many sales were written in each, `own` is the project's currency.
    """
    others = sorted((-count, code) for code, count in counts.items() if code != own)
    for negative, code in others:
        said = _(
            "Sales in {currency}, kept but in no figure, as project {project} counts in {own}: {count}. "
            "To count those in {currency} instead: {command}"
        )
        about = {"currency": code, "project": project, "own": own, "count": -negative}
        yield Remark(said, about | {"command": command("project", project, options=["--currency", code])})
