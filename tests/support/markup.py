"""A page as a tree: its elements, its words, its links and its tables; what is not well-formed is not read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, parse_qsl

VOID = {"meta", "link", "input", "img", "br", "hr"}
DRAWN = {"path", "line", "rect", "circle", "use", "stop"}
"""Elements of drawings, which close themselves."""


@dataclass(slots=True)
class Node:
    """An element with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Node | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return its words with single, plain spaces."""
        return re.sub(r"\s+", " ", "".join(self._words())).strip()

    @property
    def lines(self) -> str:
        """Return its words as `text` does, with a space between those of different elements."""
        return re.sub(r"\s+", " ", " ".join(self._words())).strip()

    @property
    def kinds(self) -> list[str]:
        """Return its classes."""
        return self.attributes.get("class", "").split()

    def walk(self) -> "Iterator[Node]":
        """Walk through the elements inside, in the order of the page."""
        for one in self.inside:
            if isinstance(one, Node):
                yield one
                yield from one.walk()

    def all(self, tag: str | None = None, kind: str | None = None, **attributes: str) -> "list[Node]":
        """Return the elements inside of that tag, class and attributes."""
        return [
            one
            for one in self.walk()
            if (tag is None or one.tag == tag)
            and (kind is None or kind in one.kinds)
            and all(one.attributes.get(name.rstrip("_")) == value for name, value in attributes.items())
        ]

    def one(self, tag: str | None = None, kind: str | None = None, **attributes: str) -> "Node":
        """Return the only such element."""
        found = self.all(tag, kind, **attributes)
        assert len(found) == 1, (tag, kind, attributes, len(found))
        return found[0]

    def rows(self) -> "list[list[Node]]":
        """Return the cells of a table's rows."""
        return [[one for one in row.inside if isinstance(one, Node)] for row in self.all("tr")]

    def links(self, page: str = "/") -> list[dict[str, list[str]]]:
        """Return the parameters of every link to a page, as a handler would find them."""
        return [parse_qs(said, keep_blank_values=True) for said in self._said(page)]

    def plain_links(self, page: str = "/") -> list[dict[str, str]]:
        """Return the parameters of every link to a page, the last of each name."""
        return [dict(parse_qsl(said, keep_blank_values=True)) for said in self._said(page)]

    def fields(self) -> list[tuple[str, str]]:
        """Return what a form sends that nobody touched: its fields with their values, in order."""
        return [
            (one.attributes["name"], one.attributes.get("value", ""))
            for one in self.all("input")
            if "name" in one.attributes
            and (one.attributes.get("type") not in {"checkbox", "radio"} or "checked" in one.attributes)
        ]

    def _words(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, Node):
                yield from one._words()
            else:
                yield one

    def _said(self, page: str) -> Iterator[str]:
        for one in self.all("a"):
            path, _mark, said = one.attributes.get("href", "").partition("#")[0].partition("?")
            if path == page:
                yield said


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open = [Node("", {})]
        self.feed(html)
        self.close()
        assert [one.tag for one in self.open] == [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), (tag, attrs)
        one = self._add(tag, attrs)
        if tag not in VOID | DRAWN:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in DRAWN:
            assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        one = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(one)
        return one


def read(html: str) -> Node:
    """Read a page, or a part of one, as a browser would; elements must close in the order in which they opened."""
    return _Reader(html).open[0]


def assert_sound(page: Node) -> None:
    """Require that nothing of it runs, nothing comes from elsewhere, ids are unique, and what they name is there."""
    for one in page.walk():
        assert one.tag not in {"style", "iframe", "object", "embed", "base"}
        assert one.tag != "script" or (one.attributes.get("src", "").startswith("/static/") and not one.text)
        for name, value in one.attributes.items():
            assert not name.startswith("on"), one
            assert name != "style", one
            assert not name.startswith(("hx-on", "hx-vals")), one
            if name in {"href", "src", "action", "hx-get", "hx-post"}:
                assert value.startswith(("/", "#", "?", "mailto:")), one
                assert not value.startswith("//"), one
    ids = [one.attributes["id"] for one in page.walk() if "id" in one.attributes]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    for one in page.walk():
        for name in ("aria-labelledby", "aria-describedby", "for", "form"):
            if name in one.attributes:
                assert set(one.attributes[name].split()) <= set(ids), (name, one.attributes[name])
