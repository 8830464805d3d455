"""How does a mailed report look? Mail programs know no style sheets: each look stands on its element, in plain hex.

Where a mail program follows the reader's dark theme, the few colours below take the place of the light ones.
"""

from markupsafe import Markup

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_FLUSH = "margin:0;padding:0"

_INK, _INK_2, _INK_3, _ACCENT = "#221c19", "#554c45", "#6d645b", "#8a2a5f"
_LINE, _LINE_2 = "#e8e3dc", "#d3ccc2"
_FIRST, _OTHER = "padding:7px 10px 7px 0;text-align:left", "padding:7px 0 7px 10px;text-align:right;white-space:nowrap"
_TITLE = f"border-bottom:1px solid {_LINE_2};font-size:12px;font-weight:500;color:{_INK_3}"
_CELL = f"border-bottom:1px solid {_LINE};font-weight:400;color:{_INK}"
_TIGHT = "font-weight:600;letter-spacing:-.02em"

LOOKS = {
    "paper": f"{_FLUSH};background:#faf8f5;color:{_INK};{_FONT};font-size:15px;line-height:1.5",
    "peek": "display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#faf8f5",
    "outside": "background:#faf8f5",
    "around": "padding:24px 12px",
    "sheet": f"width:100%;max-width:600px;background:#ffffff;border:1px solid {_LINE};border-radius:12px;{_FONT}",
    "block": "padding:0 20px 24px",
    "top": "padding:20px 20px 0",
    "brand": f"{_FLUSH};font-size:15px;{_TIGHT};color:{_ACCENT}",
    "title": f"{_FLUSH};padding-top:14px;font-size:14px;font-weight:600;color:{_INK_2}",
    "when": f"{_FLUSH};font-size:13px;color:{_INK_3}",
    "lead": f"{_FLUSH};padding:18px 0 20px;font-size:25px;line-height:1.25;{_TIGHT};color:{_INK}",
    "figure": f"color:{_ACCENT};white-space:nowrap",
    "rest": f"color:{_INK_3}",
    "tiles": "width:100%;border-collapse:collapse",
    "tile": f"width:50%;padding:12px 12px 12px 0;border-top:1px solid {_LINE};vertical-align:top",
    "name": f"{_FLUSH};font-size:13px;color:{_INK_2}",
    "value": f"{_FLUSH};font-size:26px;line-height:1.3;{_TIGHT};color:{_INK};white-space:nowrap",
    "good": f"{_FLUSH};font-size:13px;font-weight:600;color:#2b6a40",
    "bad": f"{_FLUSH};font-size:13px;font-weight:600;color:#a23a17",
    "maybe": f"{_FLUSH};font-size:13px;color:{_INK_2}",
    "base": f"{_FLUSH};font-size:12px;color:{_INK_3}",
    "heading": f"{_FLUSH};padding:0 0 10px;font-size:17px;line-height:1.3;font-weight:600;color:{_INK}",
    "picture": "display:block;width:100%;max-width:560px;height:auto;border:0;border-radius:8px",
    "rows": "width:100%;border-collapse:collapse;font-size:14px",
    "head": f"{_FIRST};{_TITLE}",
    "head-number": f"{_OTHER};{_TITLE}",
    "cell": f"{_FIRST};{_CELL};word-break:break-word",
    "number": f"{_OTHER};{_CELL}",
    "quote": f"margin:0 0 14px;padding:0 0 0 12px;border-left:3px solid {_LINE_2};color:{_INK};word-break:break-word",
    "button": (
        f"display:inline-block;padding:11px 18px;border-radius:8px;background:{_ACCENT};color:#ffffff;"
        "font-weight:600;text-decoration:none"
    ),
    "small": f"{_FLUSH};padding-top:10px;font-size:12px;line-height:1.55;color:{_INK_3}",
    "foot": f"padding:16px 20px 20px;border-top:1px solid {_LINE};font-size:12px;color:{_INK_3};{_FONT}",
}
"""Every look by its name, which is also the class that the dark theme goes by."""

_DARK = {
    "background:#171412": ("paper", "outside"),
    "background:#1f1b18;border-color:#332d29": ("sheet",),
    "color:#f4efe9": ("lead", "value", "heading", "cell", "number", "quote"),
    "color:#c8bfb5": ("title", "name", "maybe"),
    "color:#a69c92": ("when", "rest", "base", "small", "foot", "head", "head-number"),
    "color:#ec9ac5": ("brand", "figure"),
    "color:#8bcb9b": ("good",),
    "color:#f39d77": ("bad",),
    "border-color:#332d29": ("tile", "cell", "number", "foot"),
    "border-color:#4a423c": ("head", "head-number", "quote"),
    "background:#ec9ac5;color:#2b0f1f": ("button",),
}


def inline_style(name: str) -> Markup:
    """Return the attributes that give an element a look."""
    return Markup(' class="{}" {}="{}"').format(name, "style", LOOKS[name])


def dark_sheet() -> Markup:
    """Return the one sheet of a mail, for programs that follow a dark theme."""
    rules = "".join(
        ",".join(f".{name}" for name in names)
        + "{"
        + ";".join(f"{part}!important" for part in colours.split(";"))
        + "}"
        for colours, names in _DARK.items()
    )
    sheet = f":root{{color-scheme:light dark}}@media (prefers-color-scheme:dark){{{rules}}}"
    return Markup("<{0}>{1}</{0}>").format("style", Markup(sheet))
