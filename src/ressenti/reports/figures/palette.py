"""In which colours are figures drawn where no style sheet reaches: in files that leave the page, and in mails.

The same colours as the style sheets' tokens and the same strokes as their rules; a test compares them.
"""

import re
from dataclasses import dataclass
from functools import cache

LIGHT, DARK = "light", "dark"

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#faf8f5", "#171412"),
    "surface": ("#ffffff", "#1f1b18"),
    "sunken": ("#f3f0eb", "#12100e"),
    "line": ("#e8e3dc", "#332d29"),
    "line-2": ("#d3ccc2", "#4a423c"),
    "ink": ("#221c19", "#f4efe9"),
    "ink-2": ("#554c45", "#c8bfb5"),
    "ink-3": ("#6d645b", "#a69c92"),
    "accent": ("#8a2a5f", "#ec9ac5"),
    "accent-2": ("#6c1e49", "#f6bedb"),
    "accent-wash": ("#f8ecf2", "#37212d"),
    "good": ("#2b6a40", "#8bcb9b"),
    "good-wash": ("#e9f3ea", "#1c2f22"),
    "bad": ("#a23a17", "#f39d77"),
    "bad-wash": ("#fbece5", "#3a2118"),
    "warn": ("#7d5600", "#e3b95f"),
    "warn-wash": ("#fbf1da", "#332813"),
    "prev": ("#83796e", "#948a7f"),
    "band": ("#f1dde8", "#43293a"),
    "bar": ("#a88596", "#8d6c7e"),
    "mute": ("#d3cbc1", "#4f4740"),
}
"""Each colour on light and on dark, called as in the style sheets."""

FAMILIES = (
    "Helvetica Neue",
    "Helvetica",
    "Segoe UI",
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans",
    "Roboto",
    "Open Sans",
    "Ubuntu",
    "Cantarell",
    "FreeSans",
)
"""Fonts without serifs, one of which most machines have; the first that is there is taken."""

FONT = {"font-size": "12", "font-family": ", ".join((*FAMILIES, "sans-serif"))}
"""What all texts of a file are written in."""

RULES = """
.fig text { fill: var(--ink-3); }
.fig text.strong { fill: var(--ink); font-weight: 600; }
.fig text.ink2 { fill: var(--ink-2); }
.fig text.acc { fill: var(--accent); font-weight: 600; }
.fig text.end { text-anchor: end; }
.fig text.mid { text-anchor: middle; }
.fig text.halo { stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.fig .grid { stroke: var(--line); }
.fig .base { stroke: var(--line-2); }
.fig .ref { stroke: var(--ink-3); stroke-dasharray: 1 3; }
.fig .note { fill: none; stroke: var(--ink-2); }
.ln, .pv, .under { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.ln { stroke: var(--accent); stroke-width: 2; }
.pv { stroke: var(--prev); stroke-width: 1.5; stroke-dasharray: 2 4; }
.under { stroke: var(--surface); stroke-width: 4; }
.band { fill: var(--band); }
.shut { fill: var(--sunken); }
.episode { fill: var(--warn-wash); }
.bar { fill: var(--accent); }
.bar.acc { fill: var(--accent); }
.bar.rest { fill: var(--bar); }
.bar.det { fill: var(--prev); }
.bar.mute { fill: var(--mute); }
.bar.few { fill: var(--surface); stroke: var(--ink-3); stroke-width: 1.5; }
.bar.so-far { fill: var(--accent-wash); stroke: var(--accent); stroke-width: 1.5; }
.bar.part { stroke: var(--surface); stroke-width: 2; }
.was { stroke: var(--ink); stroke-width: 1.5; }
.bracket { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.rule { stroke: var(--ink-3); }
.sign { fill: var(--ink-2); stroke: var(--surface); stroke-width: 1.5; paint-order: stroke; }
.beyond { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.fig .note.quiet { stroke: var(--line-2); }
.l1 { stroke: var(--ink); stroke-dasharray: 7 4; }
.l2 { stroke: var(--good); }
.l3 { stroke: var(--warn); stroke-dasharray: 1.5 4; stroke-width: 2.5; }
.l4 { stroke: var(--ink-3); stroke-dasharray: 9 3 1.5 3; }
.l5 { stroke: var(--bad); stroke-dasharray: 4 2; }
.tip-of { fill: var(--accent); stroke: var(--surface); stroke-width: 1; stroke-dasharray: none; }
.tip-of.l1 { fill: var(--ink); }
.tip-of.l2 { fill: var(--good); }
.tip-of.l3 { fill: var(--warn); stroke-width: 1; }
.tip-of.l4 { fill: var(--ink-3); }
.tip-of.l5 { fill: var(--bad); }
.tip-of.few { fill: var(--surface); stroke: var(--ink-3); stroke-width: 1.5; }
.pt { fill: var(--accent); stroke: var(--surface); stroke-width: 1.5; }
.pt-out { fill: var(--surface); stroke: var(--accent); stroke-width: 2; }
.whisk { fill: none; stroke: var(--accent); stroke-width: 2; opacity: .5; }
.whisk.few { stroke: var(--prev); opacity: .8; }
.dot { fill: var(--accent); }
.dot.few { fill: var(--surface); stroke: var(--ink-3); stroke-width: 1.5; }
.spark .ln { stroke: var(--ink-3); stroke-width: 1.5; }
.spark .pt { fill: var(--ink-2); stroke: none; }
.spark .ref { stroke: var(--prev); stroke-dasharray: 2 3; }
"""
"""What a mark's classes say of its paint: lines of the style sheet of figures, as far as a file can follow them."""

_OWN_RULES = """
.fig text.title { fill: var(--ink); font-size: 16; font-weight: 600; }
.fig text.sub { fill: var(--ink-2); font-size: 13; }
.fig text.name { fill: var(--ink); font-size: 13; }
.ground { fill: var(--surface); }
"""
"""What only files have: words that on a page stand around the figure."""

_RULE = re.compile(r"([^{}]+) \{ ([^{}]*) \}")
_COLOUR = re.compile(r"var\(--([\w-]+)\)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What elements of a name (None: any) with all of these classes, in a drawing of a class, are painted with."""

    name: str | None
    classes: frozenset[str]
    within: frozenset[str]
    paint: tuple[tuple[str, str], ...]

    @property
    def weight(self) -> tuple[int, int]:
        """Return how strongly it holds against others, as in a style sheet."""
        return len(self.classes) + len(self.within), self.name is not None


@cache
def paint(name: str, classes: frozenset[str], within: frozenset[str], theme: str) -> dict[str, str]:
    """Return the attributes of an element of these classes in a drawing of those, in colours of a theme."""
    side = 0 if theme == LIGHT else 1
    found: dict[str, str] = {}
    for rule in _rules():
        if rule.name in {None, name} and rule.classes <= classes and rule.within <= within:
            found |= rule.paint
    return {key: _COLOUR.sub(lambda one: PALETTE[one[1]][side], value) for key, value in found.items()}


def known_classes() -> frozenset[str]:
    """Return the classes that any rule speaks of."""
    return frozenset(one for rule in _rules() for one in rule.classes)


@cache
def _rules() -> tuple[_Rule, ...]:
    """Return the rules, the weaker ones first."""
    found = [
        _rule(selector.strip(), declared)
        for selectors, declared in _RULE.findall(RULES + _OWN_RULES)
        for selector in selectors.split(",")
    ]
    return tuple(sorted(found, key=lambda rule: rule.weight))


def _rule(selector: str, declared: str) -> _Rule:
    *around, own = selector.split()
    name, *classes = own.split(".")
    pairs = (one.split(": ", 1) for one in declared.strip("; ").split("; "))
    return _Rule(
        name=name or None,
        classes=frozenset(classes),
        within=frozenset(one.strip(".") for one in around),
        paint=tuple((key, value.removesuffix("px")) for key, value in pairs),
    )
