"""What do people write? Reads the stock of sentences, in French and in English, from the folder `sentences`.

A line that begins with `#` names a section, one that begins with `;` is a note, `""` is an empty sentence. A sentence
has `{names}` for what changes: the product, the order, the town, who answers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

Sentences = tuple[str, ...]
SentencePairs = tuple[tuple[str, str], ...]

LANGUAGES = ("fr", "en")
OUTAGE, FLASH = "Payment outage", "Flash sale"
"""Two sections of the talk that are no topic: sentences about the week of the outage, and about the flash sale."""

_SENTENCES = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True, eq=False)
class Matter:
    """One question a visitor may come with, and what follows.

    `asks` are the agent's questions with the visitor's replies; `solved`, `refused` and `robot` are answers: the
    agent's when it goes well and when it does not, and the bot's; `praise` and `blame` stand in comments.
    """

    openings: Sentences
    asks: SentencePairs
    solved: Sentences
    refused: Sentences
    robot: Sentences
    praise: Sentences
    blame: Sentences

    @classmethod
    def of(cls, lines: list[str]) -> Self:
        """Return the matter that these marked lines describe."""
        openings, asks, *others = (_marked(lines, mark) for mark in "?:+-*!~")
        return cls(openings, pairs(asks), *others)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language: the matters of each topic, courtesies and remarks of comments by name, and what comes in pairs.

    `second` are further questions with their answers, `typos` words with a slip, `teams` the groups as visitors hear
    them.
    """

    talk: dict[str, tuple[Matter, ...]]
    manners: dict[str, Sentences]
    remarks: dict[str, Sentences]
    second: SentencePairs
    typos: SentencePairs
    teams: dict[str, str]


def pairs(sentences: Sentences) -> SentencePairs:
    """Return what stands before and after the `>` of each line."""
    halves = (sentence.split(" > ") for sentence in sentences)
    return tuple((before, after) for before, after in halves)


def _marked(lines: list[str], mark: str) -> Sentences:
    return tuple(line[2:] for line in lines if line[0] == mark)


def _sections(name: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in (_SENTENCES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            sections[line[2:]] = []
        elif not line.startswith(";") and sections:
            sections[next(reversed(sections))].append(line)
    return sections


def _sentences(name: str) -> dict[str, Sentences]:
    return {
        section: tuple("" if line == '""' else line for line in lines if line)
        for section, lines in _sections(name).items()
    }


def _matters(lines: list[str]) -> tuple[Matter, ...]:
    blocks = "\n".join(lines).strip().split("\n\n")
    return tuple(Matter.of(block.splitlines()) for block in blocks)


def read_words(language: str) -> Vocabulary:
    """Return the sentences of one language."""
    manners, remarks = _sentences(f"manners_{language}.txt"), _sentences(f"comments_{language}.txt")
    return Vocabulary(
        talk={topic: _matters(lines) for topic, lines in _sections(f"talk_{language}.txt").items()},
        manners=manners,
        remarks=remarks,
        second=pairs(manners["second"]),
        typos=pairs(remarks["typos"]),
        teams=dict(pairs(manners["teams"])),
    )


WORDS: dict[str, Vocabulary] = {language: read_words(language) for language in LANGUAGES}
