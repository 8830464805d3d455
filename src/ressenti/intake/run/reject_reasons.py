"""Why were rows rejected? Counted by file, code and column, each with the first row as an example."""

from typing import Any

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.run.outcome import RejectReason
from ressenti.kit.i18n import Sentence, in_language

MOST = 200
"""How many reasons are told apart: a file of any columns has no more reasons than a screen can hold."""


def add_reasons(reasons: list[RejectReason], batch: ImportBatch[Any], file: str, *, language: str) -> None:
    """Count the rejected rows of a batch; the words of a new reason are in the language."""
    known = {(reason.file, reason.code, reason.column): reason for reason in reasons}
    for place, rejected in sorted(batch.rejected.items()):
        code, detail = rejected.reject.code, rejected.reject.detail
        column = str(detail.data["column"]) if isinstance(detail, Sentence) and "column" in detail.data else None
        if len(known) >= MOST and (file, code, column) not in known:
            column = None
        if (found := known.get((file, code, column))) is not None:
            found.count += 1
            continue
        line = batch.records[place].line
        said = in_language(detail, language)
        known[file, code, column] = RejectReason(file=file, code=code, column=column, count=1, line=line, detail=said)
    reasons[:] = known.values()
