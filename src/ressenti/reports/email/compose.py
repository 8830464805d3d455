"""How does a report summary become a mail: a part of plain text, and one of HTML with its pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Unit
from ressenti.jobs.recurrence import Recurrence
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, catalogue, translate, translate_count
from ressenti.reports import comparison_wording, dates, filter_wording, wording
from ressenti.reports.email.headers import address_header, require_line, text_header
from ressenti.reports.email.summary import EmailComment, EmailSummary
from ressenti.reports.few import is_few
from ressenti.reports.format import NOBODY, amount, count, percent
from ressenti.reports.model import Evolution, EvolutionPoint, RankedRow, Ranking, Tile

_TEMPLATES = Path(__file__).parent
_LONGEST_COMMENT = 400
HOLLOW = "\N{WHITE CIRCLE}"
"""What stands before a figure that rests on few, where a mark is drawn elsewhere."""
_WHY = {
    Recurrence.DAILY: _("You receive this because {by} has it mailed every day. Ask them to change or end it."),
    Recurrence.WEEKLY: _("You receive this because {by} has it mailed every week. Ask them to change or end it."),
    Recurrence.MONTHLY: _("You receive this because {by} has it mailed every month. Ask them to change or end it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands around a summary: its name, from and to whom, when, why, and where the report is.

    `mail_from` is the sender's name, "" for none, and address; `at` is in microseconds; the same `message_id` tells a
    mail program that it has the mail already.
    """

    name: str
    mail_from: tuple[str, str]
    recipients: tuple[str, ...]
    message_id: str
    at: int
    by: str
    recurrence: Recurrence
    address: str = ""


def compose(summary: EmailSummary, envelope: Envelope, *, pictures: Mapping[str, bytes]) -> EmailMessage:
    """Return the mail; `pictures` are PNG by their names in the summary. Raises BrokenHeader."""
    first, last = summary.choice.period.start, summary.choice.period.last
    when = dates.span(first, last, language=summary.language)
    domain = envelope.message_id.rstrip(">").rpartition("@")[2]
    ids = {name: f"{name}@{domain}" for name in pictures}
    content = _content(summary, envelope, when, ids)
    message = EmailMessage(policy=policy.SMTP)
    subject = translate(_("{when}: {what}"), summary.language).format(when=envelope.name, what=when)
    message["From"] = address_header("From", [envelope.mail_from])
    message["To"] = address_header("To", [("", one) for one in envelope.recipients])
    message["Subject"] = text_header("Subject", subject)
    message["Date"] = format_datetime(from_us(envelope.at))
    message["Message-ID"] = require_line(envelope.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment(summary.language, "txt").render(**content), cte="quoted-printable")
    html = style_inliner().inline(_environment(summary.language, "html").render(**content))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    page: Any = list(message.iter_parts())[-1]
    for name, png in pictures.items():  # beside the page that shows them
        page.add_related(png, maintype="image", subtype="png", cid=f"<{ids[name]}>", disposition="inline")
    message["Content-Language"] = summary.language
    return message


def _content(summary: EmailSummary, envelope: Envelope, when: str, pictures: Mapping[str, str]) -> dict[str, Any]:
    language = summary.language
    evolution = summary.evolution
    return {
        "summary": summary,
        "envelope": envelope,
        "when": when,
        "tiles": [_tile(tile, language) for tile in summary.tiles],
        "evolution_title": wording.evolution_title(evolution, language=language) if evolution else "",
        "evolution_words": _evolution_words(evolution, language) if evolution else "",
        "sheets": [_sheet(one, language) for one in summary.rankings],
        "comments": [_comment(one, language) for one in summary.comments],
        "notes": list(_notes(summary)),
        "foot": translate(_WHY[envelope.recurrence], language).format(by=envelope.by),
        "pictures": pictures,
    }


def _tile(tile: Tile, language: str) -> dict[str, str]:
    change = tile.change
    if change is None:
        words, kind = _("nothing to compare") if tile.value.n else _("nobody measured"), "maybe"
        on_other_scales = wording.on_other_scales(tile.indicator, tile.other_scales, language=language)
        words = on_other_scales if on_other_scales and not tile.value.n else translate(words, language)
    else:
        parts = [
            comparison_wording.change_words(change, tile.unit, language=language),
            comparison_wording.clarity_words(change, language=language),
        ]
        has_moved = change.direction != "stable"
        words = ", ".join(part for part in parts if part) if has_moved else parts[0]
        kind = {True: "good", False: "bad", None: "maybe"}[change.is_good_news]
    name = wording.name(tile.indicator, language=language)
    if tile.indicator in wording.MEDIANS:
        name = f"{name} ({translate(_('median'), language)})"
    return {
        "name": name,
        "value": _tile_value(tile, language),
        "change": words,
        "kind": kind,
        "base": wording.base_of(tile.indicator, tile.value, language=language),
    }


def _tile_value(tile: Tile, language: str) -> str:
    """Return the figure of a tile: of few answers counts, or behind a hollow mark."""
    written = amount(tile.value.value, tile.unit, language=language, currency=tile.currency)
    if not is_few(tile.value, tile.unit):
        return written
    return f"{HOLLOW} {wording.few_share(tile.value, language=language) if tile.unit is Unit.PERCENT else written}"


def _evolution_words(evolution: Evolution, language: str) -> str:
    """Say in a sentence what the picture shows: the whole, the lowest and the highest bucket."""
    title = wording.evolution_title(evolution, language=language)
    total = amount(evolution.total.value, evolution.unit, language=language, currency=evolution.currency)
    known = [point for point in evolution.points if point.value.value is not None]
    if len(known) < 2:
        return translate(_("{title}: {total}."), language).format(title=title, total=total)
    low, high = (of(known, key=lambda point: point.value.value or 0) for of in (min, max))
    return translate(_("{title}: {total} in all; lowest {low}, highest {high}."), language).format(
        title=title, total=total, low=_point(low, evolution, language), high=_point(high, evolution, language)
    )


def _point(point: EvolutionPoint, evolution: Evolution, language: str) -> str:
    value = amount(point.value.value, evolution.unit, language=language, currency=evolution.currency)
    when = dates.bucket_in_full(point.start, evolution.grain, language=language)
    return translate(_("{value} ({when})"), language).format(value=value, when=when)


def _sheet(ranking: Ranking, language: str) -> dict[str, Any]:
    by, more = dimension(ranking.by), ranking.hidden_count
    words = translate_count("{count} more row in the report.", "{count} more rows in the report.", more, language)
    return {
        "key": ranking.by,
        "title": translate(by.mailed or by.name, language),
        "of": translate(by.name, language),
        "indicator": wording.name(ranking.indicator, language=language),
        "rows": [_row(row, ranking, language, is_few=is_few(row.value, ranking.unit)) for row in ranking.ranked]
        + [_row(row, ranking, language, is_few=True) for row in ranking.few],
        "more": words.format(count=count(more, language=language)) if more else "",
    }


def _row(row: RankedRow, ranking: Ranking, language: str, *, is_few: bool = False) -> dict[str, str]:
    is_counted = is_few and ranking.unit is Unit.PERCENT
    value = amount(row.value.value, ranking.unit, language=language, currency=ranking.currency)
    change = comparison_wording.change_words(row.change, ranking.unit, language=language) if row.change else NOBODY
    return {
        "name": filter_wording.row_label(ranking.by, row.key, row.label, language=language),
        "value": wording.few_share(row.value, language=language) if is_counted else value,
        "change": translate(_("few answers"), language) if is_few else change,
        "n": count(row.value.n, language=language),
    }


def _comment(comment: EmailComment, language: str) -> dict[str, str]:
    out_of = comment.scale.rpartition("-")[2]
    rating = f"{comment.rating}/{out_of}" if comment.rating is not None else None
    on = dates.day(comment.on, language=language) if comment.on else None
    about = [one for one in (rating, on, comment.agent) if one]
    words = " ".join(comment.words.split())
    short = words if len(words) <= _LONGEST_COMMENT else words[:_LONGEST_COMMENT].rstrip() + "…"
    return {"words": short, "about": " · ".join(about)}


def _notes(summary: EmailSummary) -> Iterator[str]:
    language = summary.language
    if summary.may_change_until:
        day = dates.day(summary.may_change_until, language=language)
        yield translate(_("Late answers can still move these figures until {day}."), language).format(day=day)
    yield translate(_("Days are counted in the time zone {zone}."), language).format(zone=summary.zone)
    level = percent(95, 0, language=language)
    yield translate(
        _("A change is called clear where it would come about by chance less than once in twenty times ({level})."),
        language,
    ).format(level=level)


@cache
def style_inliner() -> CSSInliner:
    """Return what writes the style sheet onto the elements of a mail; of it, media rules alone stay a sheet."""
    sheet = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return CSSInliner(extra_css=sheet, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)


@cache
def _environment(language: str, form: str) -> Any:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=form == "html",  # noqa: S701 - words alone hold no markup
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made.get_template(f"report.{form}.j2")
