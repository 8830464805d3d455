"""Why nothing can be looked for, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class SearchTooLong(Refusal):
    """More was typed than a person looks for."""

    code = "search_too_long"
    sentence = _("This is too long to search for. Use at most {words} words and {characters} characters.")


class NothingToSearch(Refusal):
    """What was typed holds no word."""

    code = "nothing_to_search"
    sentence = _("Type at least one letter or digit to search for.")


class SearchPreparing(Refusal):
    """The index is being made: half of the hits would be a wrong answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "search_preparing"
    sentence = _("Search is being prepared ({percent} %). Try again in a moment.")
