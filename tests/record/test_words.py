"""A refusal is said in one language from end to end, and no word of a file is ever taken for one of ours."""

import json
from gettext import NullTranslations
from pathlib import Path

import pytest

from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit import i18n
from ressenti.kit.i18n import Sentence
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import ensure_project, settle
from ressenti.record.refusals import BadSetting
from ressenti.record.stores.backup import require_record
from ressenti.record.stores.integrity import in_words
from ressenti.record.stores.sqlite import Store, sqlite_path
from tests.support.scenario import World

FRENCH = {
    "{name} cannot be “{value}”: {reason}.": "{name} ne peut pas être « {value} » : {reason}.",
    "currency": "la monnaie",
    "week start": "le début de semaine",
    "it is no currency of ISO 4217; write three letters, as in EUR": "ce n’est pas une monnaie",
    "write one of {known}": "écrivez l’un de {known}",
    "“{url}” is not a database that can be opened: {reason}. "
    "Write it as sqlite:///path/record.db.": "{url} : {reason}.",
    "only a SQLite file is supported by this version": "seul un fichier SQLite est pris en charge",
    "{path} cannot be used as a copy of the record: {reason}.": "{path} : {reason}.",
    "there is no such file": "ce fichier n’existe pas",
    "Nothing was imported: {file}, line {line} was rejected ({reason}): {detail}. "
    "Correct it, or leave out --on-error abort to import the rest.": "{file}, ligne {line} ({reason}) : {detail}.",
    "{column}: {value} is not a number{remedy}": "{column} : {value} n’est pas un nombre{remedy}",
    "; --locale fr reads a decimal comma": " ; --locale fr lit la virgule",
    "{column}: {value} is not a time we can read; {remedy}": "{column} : {value} n’est pas une date ; {remedy}",
    "write it in ISO 8601, for example {example}": "écrivez-la en ISO 8601, par exemple {example}",
}


class French(NullTranslations):
    def gettext(self, message: str) -> str:
        return FRENCH.get(message, message)


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = i18n.catalogue
    monkeypatch.setattr(i18n, "catalogue", lambda language: French() if language == "fr" else usual(language))


def refused(work: object) -> Refusal:
    with pytest.raises(Refusal) as found:
        work()  # type: ignore[operator]
    return found.value


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"currency": "dollars"}, "la monnaie ne peut pas être « dollars » : ce n’est pas une monnaie"),
        ({"week_start": "hier"}, "le début de semaine ne peut pas être « hier » : écrivez l’un de monday, tuesday"),
    ],
)
def test_why_a_setting_is_refused_is_said_in_french(world: World, setting: dict[str, str], words: str) -> None:
    def work() -> None:
        with world.store.write() as record:
            settle(record, ensure_project(record, "default"), now=world.now, **setting)  # type: ignore[arg-type]

    assert refused(work).say("fr").startswith(words)


def test_why_a_database_or_a_copy_is_refused_is_said_in_french(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"

    assert refused(lambda: sqlite_path("mysql://h/d")).say("fr") == (
        "mysql://h/d : seul un fichier SQLite est pris en charge."
    )
    assert refused(lambda: require_record(missing)).say("fr") == f"{missing} : ce fichier n’existe pas."


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("2026-10-01T10:00Z,a lot,", "csat : 'a lot' n’est pas un nombre"),
        ('2026-10-01T10:00Z,"4,5",', "csat : '4,5' n’est pas un nombre ; --locale fr lit la virgule"),
        ("soon,4,", "rated_at : 'soon' n’est pas une date ; écrivez-la en ISO 8601, par exemple "),
    ],
)
def test_why_an_import_was_given_up_is_said_in_french_and_kept_in_english(
    world: World, tmp_path: Path, cells: str, said: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "surveys.csv").write_text(f"survey_id,rated_at,csat,comment\ns1,{cells}\n")
    store: Store = world.store

    aborted = refused(lambda: run_import(store, FileSource([folder]), now=world.now, on_error="abort"))
    kept = run_import(store, FileSource([folder]), now=world.now)

    assert said in aborted.say("fr")
    assert "is not a" in aborted.say("en")
    assert kept.rejects_path is not None
    line = json.loads(kept.rejects_path.read_text().splitlines()[0])
    assert "is not a" in line["detail"]


def test_a_text_from_outside_is_never_translated() -> None:
    refusal = BadSetting(name=Sentence("currency"), value="week start", reason="there is no such file")

    assert refusal.say("fr") == "la monnaie ne peut pas être « week start » : there is no such file."


def test_words_of_ours_are_english_text_until_they_are_said() -> None:
    words = Sentence("write one of {known}", known=Sentence("currency"))

    assert words == "write one of currency"
    assert words.say("fr") == "écrivez l’un de la monnaie"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("*** in database main ***\nTree 9 page 12: btreeInitPage() returns error code 11", "page 12 is damaged"),
        ("Page 7: never used", "page 7 is damaged"),
        ("row 3 missing from index ix_pause_conversation", "index ix_pause_conversation does not fit its table"),
        ("wrong # of entries in index ix_pause_conversation", "index ix_pause_conversation does not fit its table"),
        ("database disk image is malformed", "a part of it is damaged and cannot be read"),
    ],
)
def test_what_sqlite_says_of_a_damage_is_said_in_words(line: str, said: str) -> None:
    assert in_words(line) == said
