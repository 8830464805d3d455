"""Why an export cannot be made as it was asked for, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal


class TooManyRows(Refusal):
    """More rows than a spreadsheet has."""

    code = "too_many_rows"
    sentence = _("{count} rows are more than a spreadsheet holds (at most {limit}). Use csv, or a shorter period.")
