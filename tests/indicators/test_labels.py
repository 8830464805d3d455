"""A filter takes what a table shows: a key, or a label that only one has; a name of several is never guessed."""

import pytest

from ressenti.indicators.names import key_beside
from ressenti.indicators.refusals import AmbiguousLabel, SharedKey, UnknownKey
from tests.support.scenario import World


@pytest.fixture
def staffed(world: World) -> World:
    """Return a world of an agent named once, two of one name, and one whose name is the key of another."""
    for key, name in (("a1", "Ana Souza"), ("a2", "Bo Lind"), ("a3", "Bo Lind"), ("a4", "a1")):
        world.add("agents", agent_id=key, name=name)
    for key, rating in (("a1", 5), ("a2", 4), ("a3", 1), ("a4", 1)):
        world.conversation(messages=[("visitor", "10:00"), (f"agent:{key}", "10:01")], csat=rating)
    return world


@pytest.mark.parametrize("said", ["a1", "Ana Souza", " Ana Souza "])
def test_a_label_that_one_has_means_its_key(staffed: World, said: str) -> None:
    assert (staffed.read("csat", where=f"agent={said}").value, staffed.read("csat", where="agent=a1").n) == (100, 1)


def test_a_label_of_several_is_refused_with_their_keys(staffed: World) -> None:
    with pytest.raises(AmbiguousLabel) as refused:
        staffed.read("csat", where="agent=Bo Lind")

    assert str(refused.value) == "Several in “agent” are called “Bo Lind”. Give the key of the one you mean: a2, a3."


def test_a_key_wins_over_a_label(staffed: World) -> None:
    assert staffed.read("csat", where="agent=a1").value == 100


def test_a_label_and_its_key_are_one(staffed: World) -> None:
    assert staffed.read("csat", where=("agent=a1", "agent=Ana Souza")).n == 1


def test_a_mistyped_label_is_suggested(staffed: World) -> None:
    with pytest.raises(UnknownKey, match="Did you mean: Ana Souza"):
        staffed.read("csat", where="agent=Ana Sousa")


def test_it_is_one_in_either_unicode_form(world: World) -> None:
    world.add("agents", agent_id="a1", name="Zoé")
    world.conversation(messages=[("visitor", "10:00"), ("agent:a1", "10:01")], csat=5)

    assert world.read("csat", where="agent=Zoe\u0301").n == 1


@pytest.mark.parametrize(
    ("where", "n"), [("weekday=Tuesday", 4), ("weekday=mardi", 4), ("weekday=2", 4), ("weekday=Monday", 0)]
)
def test_our_own_names_are_labels_in_every_language(staffed: World, where: str, n: int) -> None:
    assert staffed.read("csat", where=where).n == n


@pytest.mark.parametrize(("where", "n"), [("language=fr", 2), ("language=French", 2), ("language=Anglais", 0)])
def test_a_language_may_be_named_as_readers_call_it(world: World, where: str, n: int) -> None:
    for language in ("fr", "fr", "de"):
        world.conversation(language=language)
    world.conversation(language="en", is_spam="true")

    assert world.read("conversations", where=where).n == n


def test_in_two_projects_one_key_of_two_people_is_no_ones_label(world: World) -> None:
    for project, name in (("north", "Ana"), ("south", "Bo")):
        world.add("agents", agent_id="a1", name=name)
        world.conversation(messages=[("visitor", "10:00"), ("agent:a1", "10:01")], csat=5)
        world.import_(project=project)

    with pytest.raises(SharedKey) as refused:
        world.read("csat", where="agent=Ana")
    assert "“Ana” is one of several in “agent” that sources gave the same key" in str(refused.value)
    assert str(refused.value).endswith("to mean them all: a1.")
    assert world.read("csat", where="agent=Ana", project="north").n == 1
    assert world.read("csat", where="agent=a1").n == 2


def test_a_project_is_named_by_its_name(world: World) -> None:
    for project in ("north", "south"):
        world.settle(project=project, name=f"The {project}")
        world.conversation(csat=5)
        world.import_(project=project)

    assert world.read("csat", where="project=The north").n == 1


@pytest.mark.parametrize(
    ("by", "key", "label", "shown"),
    [
        ("agent", "a1", "Ana", "a1"),
        ("agent", "Ana", "Ana", ""),
        ("agent", "Ana", "Ana (North)", ""),
        ("agent", "a1", "Ana (North)", "a1"),
        ("agent", None, "none", ""),
        ("project", "north", "The north", "north"),
        ("channel", "Chat", "Chat (North)", ""),
        ("weekday", "1", "Monday", ""),
    ],
)
def test_the_key_stands_beside_a_label_that_differs(by: str, key: str | None, label: str, shown: str) -> None:
    assert key_beside(by, key, label) == shown
