"""A record of a few conversations, told in sentences: who wrote when, in seconds since the epoch."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ressenti.kit.clock import SECOND
from ressenti.record import tables as t
from ressenti.record.journal import EventKind, append
from ressenti.record.merged import became, merges, settle
from ressenti.record.projects import ensure_project
from ressenti.record.stores.sqlite import Store
from ressenti.record.survey_offers import offering

NOW = 1_800_000_000 * SECOND
ARRIVED = {"digest": 0, "import_id": 0}


def us(seconds: float | None) -> int | None:
    """Return seconds as microseconds."""
    return None if seconds is None else round(seconds * SECOND)


class SmallRecord:
    """A record with one project and one source, and a sentence for each thing that can be in it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(f"sqlite:///{folder / 'record.db'}", create=True)
        self.source: dict[int, int] = {}
        self.project = self.another_project("default")

    def another_project(self, key: str) -> int:
        with self.store.write() as connection:
            project = ensure_project(connection, key)
            self.source[project.id] = _add(connection, t.source, project_id=project.id, name="desk")
        return project.id

    def setting(self, *, project: int | None = None, **values: object) -> None:
        """Change columns of the project, and say so in the journal."""
        of = project or self.project
        with self.store.write() as connection:
            connection.execute(t.project.update().where(t.project.c.id == of).values(**values))
            append(connection, of, [(EventKind.PROJECT_CHANGED, of)], now=NOW)

    def label(self, kind: str, key: str) -> int:
        return self._one(t.label, project_id=self.project, kind=kind, key=key)

    def group(self, key: str) -> int:
        return self._one(t.agent_group, project_id=self.project, key=key)

    def respondent(self, name: str, kind: str | None = None) -> int:
        return self._one(t.respondent, source_id=self.source[self.project], external_id=name, kind=kind, **ARRIVED)

    def visitor(self, name: str) -> int:
        return self._one(t.visitor, source_id=self.source[self.project], external_id=name)

    def declare(self, respondent: int, kind: str | None) -> None:
        """Say later what somebody is."""
        with self.store.write() as connection:
            connection.execute(t.respondent.update().where(t.respondent.c.id == respondent).values(kind=kind))
            append(connection, self.project, [(EventKind.RESPONDENT_CHANGED, respondent)], now=NOW)

    def member(self, respondent: int, group: int, since: float | None = None, until: float | None = None) -> None:
        self._one(t.membership, respondent_id=respondent, group_id=group, from_at=us(since), until_at=us(until))
        with self.store.write() as connection:
            append(connection, self.project, [(EventKind.RESPONDENT_CHANGED, respondent)], now=NOW)

    def conversation(
        self,
        opened: float = 0,
        closed: float | None = None,
        *,
        messages: Iterable[Sequence[Any]] = (),
        handlings: Iterable[dict[str, Any]] = (),
        events: Iterable[Sequence[Any]] = (),
        tags: Sequence[int] = (),
        groups: Sequence[int] = (),
        listed: Sequence[int] = (),
        project: int | None = None,
        **columns: Any,
    ) -> int:
        """Write a conversation. A message is (role, at) or (role, at, respondent) or with a mark: "auto", "note".

        An event is (state, at) or (state, at, number).
        """
        of = project or self.project
        with self.store.write() as connection:
            conversation = _add(
                connection,
                t.conversation,
                **{"is_spam": False, "project_id": of, "source_id": self.source[of]} | columns,
                external_id=f"c{_next(connection, t.conversation)}",
                opened_at=us(opened),
                closed_at=us(closed),
                **ARRIVED,
            )
            _add_pairs(connection, t.conversation_tag, "label_id", conversation, tags)
            _add_pairs(connection, t.conversation_group, "agent_group_id", conversation, groups)
            _add_pairs(connection, t.conversation_respondent, "respondent_id", conversation, listed)
            for message in messages:
                _add_message(connection, self.source[of], conversation, *message)
            for handling in handlings:
                _add_handling(connection, conversation, **handling)
            for place, (state, at, *seq) in enumerate(events):
                stands = {"conversation_id": conversation, "state": state, "at": us(at), "seq": seq[0] if seq else None}
                _add(connection, t.status_event, **stands, digest=place, import_id=0)
            append(connection, of, [(EventKind.CONVERSATION_CHANGED, conversation)], now=NOW)
        return conversation

    def alter(self, conversation: int, **columns: Any) -> None:
        """Replace columns of a conversation, as a later export would."""
        of = t.conversation.c
        with self.store.write() as connection:
            connection.execute(t.conversation.update().where(of.id == conversation).values(**columns))
            append(connection, self.project, [(EventKind.CONVERSATION_CHANGED, conversation)], now=NOW)

    def merge(self, conversation: int, into: int | None) -> None:
        """Let a conversation be merged into another, or be its own again; one that would lead round is left."""
        with self.store.write() as connection:
            of = t.conversation.c
            keys: dict[Any, Any] = dict(connection.execute(select(of.id, of.external_id)).all())
            source = self.source[self.project]
            name = keys.get(into)
            led_to = merges(connection, source, [name]) if name else {}
            if keys[conversation] in led_to:
                return
            change = t.conversation.update().where(of.id == conversation).values(merged_into_external_id=name)
            connection.execute(change)
            moved = {conversation} | settle(connection, source, [keys[conversation]])
            append(connection, self.project, [(EventKind.CONVERSATION_CHANGED, one) for one in sorted(moved)], now=NOW)

    def say(self, conversation: int, messages: Iterable[Sequence[Any]]) -> None:
        """Write further messages into a conversation."""
        with self.store.write() as connection:
            for message in messages:
                _add_message(connection, self.source[self.project], conversation, *message)
            append(connection, self.project, [(EventKind.CONVERSATION_CHANGED, conversation)], now=NOW)

    def survey(
        self,
        conversation: int | None = None,
        answered: float | None = None,
        *,
        csat: int | None = None,
        scale: str | None = "5",
        nps: int | None = None,
        ces: int | None = None,
        resolved: int | None = None,
        comment: str | None = None,
        **columns: Any,
    ) -> int:
        """Write a survey and what came back, with or without a conversation."""
        with self.store.write() as connection:
            conversation, given_on = _whole(connection, conversation)
            before = offering(connection, columns.get("project_id", self.project))
            offer = _add(
                connection,
                t.survey_offer,
                **{"project_id": self.project, "source_id": self.source[self.project]} | columns,
                external_id=f"s{_next(connection, t.survey_offer)}",
                conversation_id=conversation,
                given_on_id=given_on,
                answered_at=us(answered),
                **ARRIVED,
            )
            for question, value in {"csat": csat, "nps": nps, "ces": ces, "resolved": resolved}.items():
                if value is not None:
                    on = scale if question == "csat" else None
                    of = {"offer_id": offer, "question": question}
                    connection.execute(insert(t.survey_answer).values(**of, value=value, scale=on))
            if comment is not None:
                said = {"offer_id": offer, "question": "comment", "text": comment}
                connection.execute(insert(t.survey_answer).values(**said))
            touched = (
                (EventKind.SURVEY_CHANGED, offer)
                if conversation is None
                else (EventKind.CONVERSATION_CHANGED, conversation)
            )
            of_project = columns.get("project_id", self.project)
            is_turned = offering(connection, of_project).changes(before, connection)
            changes = [touched, (EventKind.PROJECT_CHANGED, of_project)] if is_turned else [touched]
            append(connection, of_project, changes, now=NOW)
        return offer

    def sale(
        self,
        at: float,
        amount: float = 1,
        *,
        conversation: int | None = None,
        visitor: int | None = None,
        currency: str | None = None,
    ) -> int:
        """Write a transaction. What touches nobody's conversation leaves no trace in the journal."""
        with self.store.write() as connection:
            conversation, given_on = _whole(connection, conversation)
            known = {"project_id": self.project, "source_id": self.source[self.project], "at": us(at)}
            sale = _add(
                connection,
                t.transaction,
                **known,
                external_id=f"t{_next(connection, t.transaction)}",
                amount_millionths=us(amount),
                currency=currency,
                conversation_id=conversation,
                given_on_id=given_on,
                visitor_id=visitor,
                **ARRIVED,
            )
            of = t.conversation.c
            theirs = select(of.id).where(of.visitor_id == visitor).order_by(of.id)
            touched = [conversation] if conversation else list(connection.execute(theirs).scalars())
            append(connection, self.project, [(EventKind.CONVERSATION_CHANGED, one) for one in touched], now=NOW)
        return sale

    def _one(self, table: Any, **values: Any) -> int:
        with self.store.write() as connection:
            return _add(connection, table, **values)


def _whole(connection: Connection, conversation: int | None) -> tuple[int | None, int | None]:
    """Return the conversation that counts what names this one, and this one where that is another."""
    whole = became(connection, [conversation or 0]).get(conversation or 0)
    return (conversation, None) if whole is None else (whole, conversation)


def _add(connection: Connection, table: Any, **values: Any) -> int:
    return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def _next(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())


def _add_pairs(connection: Connection, table: Any, right: str, conversation: int, others: Sequence[int]) -> None:
    for position, other in enumerate(others):
        values = {"conversation_id": conversation, right: other, "position": position}
        connection.execute(insert(table).values(**values))


def _add_message(
    connection: Connection, source: int, conversation: int, role: str, at: float, who: int | None = None, mark: str = ""
) -> None:
    _add(
        connection,
        t.message,
        source_id=source,
        external_id=f"m{_next(connection, t.message)}",
        conversation_id=conversation,
        created_at=us(at),
        author_role=role,
        respondent_id=who,
        is_automatic="auto" in mark,
        is_internal="note" in mark,
        text="",
        **ARRIVED,
    )


def _add_handling(
    connection: Connection,
    conversation: int,
    who: int,
    start: float,
    end: float | None = None,
    by: str | None = None,
    **columns: Any,
) -> None:
    stands = {"conversation_id": conversation, "respondent_id": who, "started_at": us(start), "ended_at": us(end)}
    _add(connection, t.handling, **stands, ended_by=by, **columns, **ARRIVED)
