"""Why the facts cannot be read now, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class FactsLocked(Refusal):
    """Another process holds the facts and does not answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_locked"
    sentence = _("Another program (pid {pid} on {host}) is using {path} and does not answer. Try again, or stop it.")


class FactsClosing(Refusal):
    """The program is ending: the request came too late."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "closing"
    sentence = _("The server is ending, so this was not made any more. Ask again once it runs.")
    again_s = 10


class ServerStarting(Refusal):
    """A server holds the facts and does not say yet, or any more, where it answers."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "server_starting"
    sentence = _("The server of {path} (pid {pid} on {host}) is still starting, or ending. Try again in a moment.")
    again_s = 2


class Measuring(Refusal):
    """The facts were damaged, and everything is being measured again."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "measuring"
    sentence = _("The figures were damaged and are being measured again: {done} of {total} conversations so far.")
    again_s = 2


class BadFactsAddress(Refusal):
    """What was given as the place of the facts cannot be read, or names a cluster that is not known there."""

    code = "bad_facts_address"
    sentence = _(
        "That is not where facts can be kept. Write it as clickhouse://user:password@host:9000/database, and with "
        "?cluster=NAME for a cluster that the server knows."
    )


class NoDriver(Refusal):
    """The package that speaks to ClickHouse is not installed."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "no_clickhouse_driver"
    sentence = _("To keep the facts in ClickHouse, install what speaks to it: pip install 'ressenti[clickhouse]'.")


class FactsAway(Refusal):
    """A server that keeps facts, or a part of them, does not answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_away"
    sentence = _(
        "{server} keeps the figures, or a part of them, and does not answer. As soon as it does, they are back."
    )
    again_s = 5


class FactsTaken(Refusal):
    """The database of facts is another record's."""

    status, exit_code, code = 409, Exit.REFUSED, "facts_taken"
    sentence = _("{place} holds the facts of another record. Give this one a database of its own, or remove that one.")


class FactsDenied(Refusal):
    """A server that keeps facts does not let us."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_denied"
    sentence = _("{server} keeps the figures and does not let {user} in, or do what is needed there.")
