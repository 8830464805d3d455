"""Who may do what is one table, and the documents show that table."""

import re

from ressenti.accounts.permissions import RIGHTS, Permission, Role, Viewer
from tests.support.environment import ROOT


def test_the_documents_show_the_table_of_rights() -> None:
    page = (ROOT / "docs" / "sign-in.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", page, re.MULTILINE)
    ]
    heads, told = rows[0][1:], {row[0]: row[1:] for row in rows[2:]}

    assert heads == list(Role)
    assert told == {right: ["yes" if right in RIGHTS[role] else "–" for role in Role] for right in Permission}


def test_an_analyst_reads_content_where_that_is_said() -> None:
    assert Viewer(name="Noa", role=Role.ANALYST, reads_content=True).may(Permission.READ_CONTENT)
    assert not Viewer(name="Noa", role=Role.ANALYST).may(Permission.READ_CONTENT)
