"""Why somebody at a desk, or a visitor, may not do what they ask for just now."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class UnknownConversation(Refusal):
    """A conversation that is not there, or that they may not see."""

    status, exit_code, code = 404, Exit.REFUSED, "unknown_conversation"
    sentence = _("There is no such conversation.")


class NotOffered(Refusal):
    """A visitor writes where nobody can take it."""

    status, exit_code, code = 409, Exit.REFUSED, "not_offered"
    sentence = _("Nobody can answer just now.")


class ConversationIsClosed(Refusal):
    """A respondent writes in a conversation that is over."""

    status, exit_code, code = 409, Exit.REFUSED, "conversation_closed"
    sentence = _("This conversation is closed.")


class NotOwner(Refusal):
    """A respondent acts in a conversation that somebody else has, or nobody."""

    status, exit_code, code = 409, Exit.REFUSED, "not_yours"
    sentence = _("This conversation is not yours: take it first, or leave an internal note.")


class AlreadyAssigned(Refusal):
    """Somebody else was quicker."""

    status, exit_code, code = 409, Exit.REFUSED, "already_assigned"
    sentence = _("Somebody else has taken this conversation.")


class AlreadyPaused(Refusal):
    """A pause of what is paused."""

    status, exit_code, code = 409, Exit.REFUSED, "already_paused"
    sentence = _("This conversation is paused already.")


class NotPaused(Refusal):
    """Somebody resumes what is not paused."""

    status, exit_code, code = 409, Exit.REFUSED, "not_paused"
    sentence = _("This conversation is not paused.")


class NotKept(Refusal):
    """Somebody resumes early what they did not keep for themselves."""

    status, exit_code, code = 409, Exit.REFUSED, "not_kept"
    sentence = _("Only who paused this conversation and kept it can take it back before its time.")


class NoFreeSlot(Refusal):
    """All slots of the channel are taken (D30)."""

    status, exit_code, code = 409, Exit.REFUSED, "no_free_slot"
    sentence = _("All your conversations of this channel are taken: pause or close one first.")


class NotAvailable(Refusal):
    """A conversation is passed on to somebody who is not there, or has no slot left."""

    status, exit_code, code = 409, Exit.REFUSED, "not_available"
    sentence = _("“{agent}” cannot take it now. Let it wait for them, or choose a group.")


class BadPause(Refusal):
    """A pause without an end, into the past, or longer than three months."""

    status, code = 422, "bad_pause"
    sentence = _("A pause ends within 90 days, and not in the past.")


class ClientIdTaken(Refusal):
    """An id that somebody else wrote under."""

    status, exit_code, code = 409, Exit.REFUSED, "client_id_taken"
    sentence = _("This client_id was used already. Write every message under an id of its own.")


class KeyReused(Refusal):
    """The same id again, with other content."""

    status, exit_code, code = 422, Exit.REFUSED, "idempotency_key_reused"
    sentence = _("This client_id was sent with another text. What is written anew has an id of its own.")


class EmptyText(Refusal):
    """A message in which nothing can be seen."""

    status, code = 422, "empty"
    sentence = _("Write something first.")


class TextTooLong(Refusal):
    """A message beyond the limit."""

    status, code = 422, "too_long"
    sentence = _("This is {bytes} bytes long; {most} is the most. Send it in parts.")


class BadHours(Refusal):
    """Opening hours that cannot be read."""

    status, code = 422, "bad_hours"
    sentence = _("“{words}” are no opening hours. Write them as: mon-fri 09:00-18:00, sat 21:00-02:00")


class UnknownHours(Refusal):
    """A rule is to follow opening hours that nobody declared."""

    status, code = 422, "unknown_hours"
    sentence = _("There are no opening hours “{key}”.")


class UnknownRule(Refusal):
    """A site is to follow a rule that nobody declared."""

    status, code = 422, "unknown_rule"
    sentence = _("There is no rule “{key}”.")


class UnknownMember(Refusal):
    """A group is to have a member whom the record does not know."""

    status, code = 422, "unknown_member"
    sentence = _("Nobody is called “{key}” here. Name agents by what their source calls them.")


class UnknownTarget(Refusal):
    """A conversation is passed on to nobody of this project."""

    status, exit_code, code = 422, Exit.REFUSED, "unknown_target"
    sentence = _("There is nobody of that name to pass it on to.")


class SiteKeyTaken(Refusal):
    """A site is to have the key of one of another project, or of one that was switched off."""

    status, exit_code, code = 409, Exit.REFUSED, "site_key_taken"
    sentence = _("“{key}” is the key of another site. Choose another one.")


class BadClosedDay(Refusal):
    """A day on which it is closed that is no date."""

    status, code = 422, "bad_closed_day"
    sentence = _("“{day}” is no date. Write a day on which it is closed as 2026-12-25.")


class BadSpan(Refusal):
    """A span of a desk that is no time, or a setting that is not there."""

    status, code = 422, "bad_span"
    sentence = _("“{name}” is no setting of a desk, or is not more than nothing.")


class AmbiguousMember(Refusal):
    """Several sources have somebody of this key."""

    status, code = 422, "ambiguous_member"
    sentence = _("Several sources call somebody “{key}”: it is not clear who is meant. Give each a key of their own.")
