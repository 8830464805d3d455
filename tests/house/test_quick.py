"""`make quick` runs what a change touches, and leaves nothing out that imports it."""

from scripts.quick import imports_of, module_of, touched
from tests.support.environment import ROOT

IMPORTS = {
    "tests/kit/test_clock.py": frozenset({"ressenti.kit.clock"}),
    "tests/facts/test_derive.py": frozenset({"tests.support.scenario", "ressenti.facts"}),
    "tests/support/scenario.py": frozenset({"ressenti.record.stores", "ressenti.record.stores.sqlite"}),
    "tests/browser/test_walk.py": frozenset({"ressenti.kit.clock"}),
}


def test_a_test_is_touched_by_a_module_it_imports_itself_or_through_the_support() -> None:
    assert touched({"src/ressenti/kit/clock.py"}, IMPORTS) == ["tests/kit/test_clock.py"]
    assert touched({"src/ressenti/record/stores/sqlite.py"}, IMPORTS) == ["tests/facts/test_derive.py"]
    assert touched({"tests/support/scenario.py"}, IMPORTS) == ["tests/facts/test_derive.py"]


def test_a_slow_suite_is_touched_by_its_own_files_only() -> None:
    assert touched({"tests/browser/test_walk.py"}, IMPORTS) == ["tests/browser/test_walk.py"]


def test_documents_touch_no_test_but_those_of_the_house() -> None:
    assert touched({"docs/import.md", "README.md"}, IMPORTS) == []


def test_modules_are_named_as_they_are_imported() -> None:
    assert module_of("src/ressenti/facts/recount/__init__.py") == "ressenti.facts.recount"
    assert {"scripts.quick", "scripts.quick.touched"} <= imports_of(ROOT / "tests" / "house" / "test_quick.py")
