"""A company of which only the words matter: who wrote what, and what the surveys' comments say."""

from typing import Any

from ressenti.intake.model import FileKind
from tests.support.scenario import World


def say(world: World, conversation: str, text: str, who: str = "visitor", at: str = "10:05", **columns: Any) -> None:
    """Add a message with a text; who is as in `World.message`."""
    world.message(conversation, who, at)
    world._rows[FileKind.MESSAGES][-1] |= {"text": text} | columns


def talk(world: World, *texts: str, **columns: Any) -> str:
    """Add a conversation in which a visitor writes these texts."""
    key = world.conversation(**columns)
    for text in texts:
        say(world, key, text)
    return key


def remark(world: World, conversation: str | None, comment: str, *, survey_id: str, **answers: Any) -> None:
    """Add a survey with a comment; one of the same id is brought again."""
    world.survey(conversation, "11:00", comment=comment, **answers)
    world._rows[FileKind.SURVEYS][-1]["survey_id"] = survey_id
