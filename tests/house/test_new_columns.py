"""What does a label of conversations cost that nothing knew yet? Counted by one that nothing treats as special.

The catalogue of each language is one file more.
"""

import re

from tests.house.tree import SOURCE, python

A_LABEL = re.compile(r"\bcampaign(_id)?\b")
MADE_UP = SOURCE / "demo"
"""The invented company uses the words of the import format as any source does."""
GIVEN = ("desk/", "record/tables/live.py", "record/migrations/versions/v0015_live.py")
"""A site gives the conversations that begin on it their campaign: that is a source, too."""


def test_the_campaign_of_a_conversation_is_declared_in_five_files_and_named_in_no_other() -> None:
    naming = {
        path.relative_to(SOURCE).as_posix()
        for path in python(SOURCE)
        if not path.is_relative_to(MADE_UP)
        and not path.relative_to(SOURCE).as_posix().startswith(GIVEN)
        and A_LABEL.search(path.read_text(encoding="utf-8"))
    }

    assert naming == {
        "facts/schema.py",
        "indicators/dimensions.py",
        "intake/model.py",
        "record/migrations/versions/v0001_first_tables.py",
        "record/tables/conversations.py",
    }
