"""Why a question cannot be answered as it was put, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal


class UnknownIndicator(Refusal):
    """No such indicator."""

    status, code = 404, "unknown_indicator"
    sentence = _("There is no indicator called “{key}”. Did you mean: {known}?")


class UnknownDimension(Refusal):
    """No such dimension."""

    code = "unknown_dimension"
    sentence = _("There is no dimension called “{key}”. Did you mean: {known}?")


class UnknownKey(Refusal):
    """A filter names something that does not exist in its dimension."""

    code = "unknown_key"
    sentence = _("Nothing in “{dimension}” is called “{key}”. Did you mean: {known}?")


class AmbiguousLabel(Refusal):
    """A filter gives a name that several have: which of them is meant is not guessed."""

    code = "ambiguous_label"
    sentence = _("Several in “{dimension}” are called “{label}”. Give the key of the one you mean: {known}.")


class SharedKey(Refusal):
    """A filter gives the name of one of those that share a key: the key means all of them."""

    code = "shared_key"
    sentence = _(
        "“{label}” is one of several in “{dimension}” that sources gave the same key. Give the key to mean them all: "
        "{known}."
    )


class NoSuchDate(Refusal):
    """The indicator has no date of the kind asked for."""

    code = "no_such_date"
    sentence = _("“{indicator}” cannot be dated by “{anchor}”: its rows have no such date. Use {known}.")


class EmptyParameter(Refusal):
    """A parameter without a value: whoever left it out by mistake must not get the answer to another question."""

    code = "empty_parameter"
    sentence = _("“{name}” has no value. Give it one, or leave it out.")


class BadDate(Refusal):
    """A date that cannot be read."""

    code = "bad_date"
    sentence = _("“{value}” is not a date we can read. Write it as year-month-day, for example 2026-11-21.")


class EmptyPeriod(Refusal):
    """A period that ends before it begins."""

    code = "empty_period"
    sentence = _("This period ends before it begins ({start}). Choose a later end.")


class TooManyBuckets(Refusal):
    """A grain too fine for the period."""

    code = "too_many_buckets"
    sentence = _(
        "The period has {count} steps of that length, more than can be shown (at most {limit}). "
        "Choose a longer grain or a shorter period."
    )


class NothingToCompare(Refusal):
    """A comparison without a period."""

    code = "nothing_to_compare"
    sentence = _("A comparison needs a period. Say on which day it begins, with “from”.")


class NoCalendarUnit(Refusal):
    """A comparison with the calendar unit before, of a period that is none."""

    code = "no_calendar_unit"
    sentence = _(
        "From {start} up to, not including, {end} is no calendar unit: whole weeks, months, quarters or years. "
        "Compare with “weekdays” or “previous” instead, or choose other days."
    )


class NoOtherPeriod(Refusal):
    """A change taken apart that is no change between two periods."""

    code = "no_other_period"
    sentence = _(
        "Where a change comes from is found between two periods, and “{compare}” is none. Compare with one of: "
        "previous, weekdays, unit, year, month, or dates of your own."
    )


class NothingFiltered(Refusal):
    """A comparison with everyone, of everyone."""

    code = "nothing_filtered"
    sentence = _("Compared with everyone is what filters select: add one, as in where channel=Chat.")


class NoTarget(Refusal):
    """A target for what has no single value."""

    code = "no_target"
    sentence = _("“{indicator}” is several shares, and none of them can be held against a target.")


class BadComparison(Refusal):
    """Something to compare with that is none of the words, and no dates."""

    code = "bad_comparison"
    sentence = _(
        "Nothing can be compared with “{value}”. Write one of {known}; or dates of your own, the second not included, "
        "as in 2026-10-05..2026-10-12; or a target, a number in the unit of the indicator."
    )


class NoCredit(Refusal):
    """An attribution rule on an indicator whose credit is not a matter of choice."""

    code = "no_attribution"
    sentence = _(
        "“{indicator}” counts for the agent of each handling and cannot be attributed otherwise. "
        "Leave the attribution out."
    )


class NoParts(Refusal):
    """A change of something that is neither a count nor a mean of rows: it has no parts by group."""

    code = "no_parts"
    sentence = _(
        "A change of “{indicator}” cannot be taken apart: it is no share, mean or count of single rows. "
        "Break it down instead, with “by”."
    )


class NotWeighted(Refusal):
    """A weighting that an indicator does not allow."""

    code = "not_weighted"
    sentence = _(
        "“{indicator}” cannot be averaged over days: it is always computed from all its rows. Leave the weighting out."
    )


class MixedCurrencies(Refusal):
    """Money of several currencies cannot be added up."""

    code = "mixed_currencies"
    sentence = _("The projects count in different currencies ({currencies}). Choose one project.")


class BadChoice(Refusal):
    """An option that takes only a few words."""

    code = "bad_choice"
    sentence = _("“{value}” is not one of the choices for {name}. Choose one of: {known}.")


class BadFilter(Refusal):
    """A filter that is not a dimension and a key."""

    code = "bad_filter"
    sentence = _("“{value}” is not a filter. Write DIMENSION=KEY, as in channel=Chat, or DIMENSION!=KEY.")


class BadRange(Refusal):
    """A period longer than any company's memory."""

    code = "bad_range"
    sentence = _("A period of {years} years is too long: ask for at most 40.")


class NoRatings(Refusal):
    """Ratings asked of an indicator that is not made of any."""

    code = "no_notes"
    sentence = _("“{indicator}” is not made of ratings. Ask for the ratings of one of: {known}.")
