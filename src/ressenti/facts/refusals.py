"""Why the facts cannot be read now, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class FactsLocked(Refusal):
    """Another process holds the facts and does not answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_locked"
    sentence = _("Another program (pid {pid} on {host}) is using {path} and does not answer. Try again, or stop it.")


class Measuring(Refusal):
    """The facts were damaged, and everything is being measured again."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "measuring"
    sentence = _("The figures were damaged and are being measured again: {done} of {total} conversations so far.")
    again_s = 2
