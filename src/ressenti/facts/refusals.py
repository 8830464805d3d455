"""Why the facts cannot be read now, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class FactsLocked(Refusal):
    """Another process holds the facts and does not answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_locked"
    sentence = _("Another program (pid {pid} on {host}) is using {path} and does not answer. Try again, or stop it.")
