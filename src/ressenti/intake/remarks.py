"""What an import states beside its counts."""

from dataclasses import dataclass
from typing import Any

from ressenti.kit.i18n import translate, translate_data


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to state in the report of an import: a sentence, and the data it speaks of."""

    sentence: str
    data: dict[str, Any]

    def say(self, language: str = "en") -> str:
        """Return the sentence with its data filled in."""
        return translate(self.sentence, language).format(**translate_data(self.data, language))
