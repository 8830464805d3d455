"""Which sentences do people read, and does each language say all of them, well formed?

`update` brings the catalogues up to date with the code, `compile` makes what the program reads, `check` lists faults.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ressenti.kit.languages import translated_languages

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "ressenti"
FOLDERS = ("src/ressenti", "gallery")
"""Where sentences for people stand."""
KEYWORDS = {"_": None, "gettext": None, "translate": (1,), "ngettext": (1, 2), "translate_count": (1, 2)}
HEADER = "# Ressenti in other words: `make messages` brings this file up to date with the code."
WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in every catalogue: it says nothing, and one that moves would be in every change."""

Id = str | list[str] | tuple[str, ...]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{[^{}]*\}")
NARROW, WIDE = "\u202f", "\u00a0"


def path(language: str) -> Path:
    """Return where the translations of a language stand."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "ressenti.po"


def read(language: str) -> Catalog:
    """Return the translations of a language as they stand."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language, domain="ressenti")


def extract() -> Catalog:
    """Return every sentence of the code and of the templates, untranslated."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="ressenti", header_comment=HEADER, creation_date=WRITTEN_AT)
    for folder in FOLDERS:
        for name, line, sentence, comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        ):
            place = f"{folder}/{Path(name).as_posix()}"
            found.add(sentence, None, [(place, line)], auto_comments=comments, context=context)
    return found


def update() -> None:
    """Bring each catalogue up to date: new sentences come in empty, those that are gone go."""
    for language in translated_languages():
        catalogue = read(language) if path(language).exists() else Catalog(locale=language, domain="ressenti")
        catalogue.update(extract(), no_fuzzy_matching=True, update_header_comment=True)
        catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "ressenti", "", ""
        catalogue.fuzzy, catalogue.revision_date = False, WRITTEN_AT
        catalogue.last_translator = catalogue.language_team = "Ressenti"
        path(language).parent.mkdir(parents=True, exist_ok=True)
        with path(language).open("wb") as file:
            write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False)


def compile_all() -> None:
    """Write beside each catalogue the binary file that the program reads."""
    for language in translated_languages():
        target = path(language).with_suffix(".mo")
        with target.with_suffix(".new").open("wb") as file:
            write_mo(file, read(language))
        Path(file.name).replace(target)  # whoever reads it meanwhile reads a whole one


def faults() -> list[str]:
    """Return what is wrong with the catalogues, one line a fault; none is the answer to have."""
    known = {message.id: message for message in extract() if message.id}
    return [f"{language}: {fault}" for language in translated_languages() for fault in _faults(known, read(language))]


def _faults(known: Mapping[Id, Message], catalogue: Catalog) -> Iterator[str]:
    translated = {message.id: message for message in catalogue if message.id}
    yield from (f"new, run make messages: {id_!r}" for id_ in known if id_ not in translated)
    yield from (f"no longer said, run make messages: {id_!r}" for id_ in translated if id_ not in known)
    for message in translated.values():
        yield from (f"{what}: {message.id!r}" for what in _message_faults(message))
        if str(catalogue.locale) == "fr":
            yield from (f"{what}: {message.id!r}" for what in _french_faults(message))


def _message_faults(message: Message) -> Iterator[str]:
    originals, forms = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not forms or not all(forms):
        yield "not translated"
        return
    if set(PLACEHOLDER.findall(originals[-1])) != set(PLACEHOLDER.findall(forms[-1])):
        yield "other {names} than in English"


def _french_faults(message: Message) -> Iterator[str]:
    forms = _forms(message.string)
    if any(_is_stuck(form) for form in forms):
        yield "French wants a plain space, where a line may break, between a word or one of : , ; and what is filled in"
    if any(_is_badly_spaced(form) for form in forms):
        yield "French wants a no-break space (U+202F, or U+00A0 before a colon) before ; : ! ? % » and after «"


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text] if isinstance(text, list | tuple) else []


def _is_stuck(french: str) -> bool:
    return bool(re.search(rf"([:,;]|[^\W\d_]){NARROW}\0", PLACEHOLDER.sub("\0", french)))


def _is_badly_spaced(french: str) -> bool:
    plain = PLACEHOLDER.sub("x", french)
    return bool(re.search(rf" [;:!?%»]|« |[^\s{NARROW}{WIDE}!?](?:[;?»]|!(?!=))|«[^\s{NARROW}{WIDE}]", plain))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = faults()
            sys.exit("\n".join(found) if found else 0)
        case _:
            sys.exit("messages.py update | compile | check")
