"""A shop whose agents are at their desks: a record with a rule, two groups and a few people, and a clock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from ressenti.desk import attendance, closing, live_conversations, passing, pausing, setup, timers, writing
from ressenti.desk.live_conversations import COLUMNS, LiveConversation, of_row
from ressenti.desk.sent_messages import AGENT, BOT, Author, SentMessage
from ressenti.desk.writing import Route
from ressenti.jobs.worker import Worker
from ressenti.kit.clock import HOUR, SECOND
from ressenti.record import handlings, messages, respondents
from ressenti.record import tables as t
from ressenti.record.handlings import Handling
from ressenti.record.journal import ToldEntry, entries_after, entries_of_conversation
from ressenti.record.projects import ensure_project
from ressenti.record.provenance import Provenance
from ressenti.record.respondents import NewRespondent
from ressenti.record.rows import among
from ressenti.record.sources import ensure_source
from ressenti.record.stores.sqlite import Store
from ressenti.record.write_transaction import WriteTransaction
from ressenti.record.write_transaction import writing as transaction

BEGINNING = 1_790_000_000_000_000
AGENTS = ("ana", "ben", "cleo")


class LiveShop:
    """Ana and Ben sell, Ben and Cleo take returns; nobody is there until they say so. `now` moves when told to."""

    def __init__(self, folder: Path, *, queue_size: int = 10, slots: int = 2) -> None:
        self.store = Store.open(f"sqlite:///{folder / 'record.db'}", create=True)
        self.now = BEGINNING
        with self.store.write() as connection:
            self.project = ensure_project(connection, "shop").id
        with self.writing() as tx:
            where = Provenance(ensure_source(tx.connection, self.project, "live"), 1, 0)
            self.agents = {key: respondents.add(tx, NewRespondent(key, key.title(), "human"), where) for key in AGENTS}
            self.bot = respondents.add(tx, NewRespondent("robo", "Robo", "bot"), where)
            self.sales = setup.set_distribution_group(tx, "sales", ("ana", "ben"), queue_size=queue_size)
            self.returns = setup.set_distribution_group(tx, "returns", ("ben", "cleo"), queue_size=queue_size)
            self.rule = setup.set_rule(tx, "shop", ("sales",))
            self.site = setup.add_site(tx, "tilleul", origins=("https://shop.example",), rules=("shop",))
            self.chat = self.site.channel_id
            for agent in (*self.agents.values(), self.bot):
                attendance.set_slots(tx, agent, {self.chat: slots})
            names = setup.names_of(tx).visitors
            self.visitors = names.ensure(tx.connection, (f"v{n}" for n in range(12)))
        self.worker = Worker(self.store, lambda: timers.desk_job_kinds(lambda: self.now), now=lambda: self.now)

    @contextmanager
    def writing(self) -> Iterator[WriteTransaction]:
        """Give a transaction of the moment; each is a microsecond later than the one before."""
        self.now += 1
        with self.store.write() as connection, transaction(connection, self.project, now=self.now) as tx:
            yield tx

    def wait(self, seconds: float, *, beating: tuple[str, ...] = AGENTS) -> None:
        """Let time pass, in steps of 25 seconds with a sign of life of who beats, and do what is due by itself."""
        end = self.now + int(seconds * SECOND)
        step = max(25 * SECOND, (end - self.now) // 40)
        while self.now < end:
            self.now = min(end, self.now + step)
            with self.writing() as tx:
                for key in beating:
                    if self.was_seen(key):
                        attendance.heartbeat(tx, self.agents[key])
                if step == 25 * SECOND:
                    attendance.expire_presence(tx)
            self.worker.run_due()

    def was_seen(self, key: str) -> bool:
        with self.store.read() as connection:
            query = select(t.presence.c.seen_at).where(t.presence.c.respondent_id == self.agents[key])
            return connection.execute(query).scalar() is not None

    def available(self, *keys: str, is_available: bool = True) -> None:
        for key in keys:
            with self.writing() as tx:
                attendance.choose(tx, self.agents[key], {self.chat: is_available})

    def says(self, visitor: str, text: str = "Hello", client_id: str | None = None) -> SentMessage:
        """Have a visitor write."""
        with self.writing() as tx:
            route = Route(self.chat, self.rule)
            return writing.write_as_visitor(tx, self.visitors[visitor], client_id or str(uuid4()), text, route)

    def answers(self, key: str, visitor: str, text: str = "Yes?", *, is_internal: bool = False) -> SentMessage:
        """Have an agent write to a visitor."""
        with self.writing() as tx:
            author = Author(AGENT, respondent_id=self.agents[key])
            own_id = self.of(visitor).conversation_id
            return writing.write_as_respondent(tx, own_id, author, str(uuid4()), text, is_internal=is_internal)

    def closes(self, key: str, visitor: str, **how: object) -> LiveConversation:
        with self.writing() as tx:
            return closing.close_as_respondent(
                tx,
                self.of(visitor).conversation_id,
                self.agents[key],
                **how,  # type: ignore[arg-type]
            )

    def takes(self, key: str, visitor: str) -> LiveConversation:
        with self.writing() as tx:
            return passing.take(tx, self.of(visitor).conversation_id, self.agents[key])

    def pauses(self, key: str, visitor: str, *, hours: float = 3, is_kept: bool = True) -> LiveConversation:
        with self.writing() as tx:
            until = tx.now + int(hours * HOUR)
            return pausing.pause(tx, self.of(visitor).conversation_id, self.agents[key], until=until, is_kept=is_kept)

    def of(self, visitor: str) -> LiveConversation:
        """Return the last conversation of a visitor."""
        with self.store.read() as connection:
            query = select(*COLUMNS).where(t.live_conversation.c.visitor_id == self.visitors[visitor])
            return of_row(connection.execute(query.order_by(COLUMNS[0].desc()).limit(1)).one())

    def owner(self, visitor: str) -> str | None:
        """Return who has the last conversation of a visitor, None where nobody has."""
        live = self.of(visitor)
        if live.state is not live_conversations.State.ASSIGNED:
            return None
        return next((key for key, own_id in self.agents.items() if own_id == live.respondent_id), "robo")

    def handlings(self, visitor: str) -> list[Handling]:
        """Return the handlings of the last conversation of a visitor."""
        own_id = self.of(visitor).conversation_id
        with self.store.read() as connection:
            return handlings.by_conversation(connection, among((own_id,))).get(own_id, [])

    def texts(self, visitor: str) -> list[str]:
        """Return what was written in the last conversation of a visitor."""
        with self.store.read() as connection:
            written = messages.written_in(connection, (self.of(visitor).conversation_id,))
        return [one.text for one in written]

    def previous(self, visitor: str) -> str | None:
        """Return which conversation the last one of a visitor names as the one before."""
        of = t.conversation.c
        with self.store.read() as connection:
            query = select(of.previous_external_id).where(of.id == self.of(visitor).conversation_id)
            return connection.execute(query).scalar()

    def told(self) -> list[ToldEntry]:
        """Return the whole journal."""
        with self.store.read() as connection:
            return entries_after(connection, self.project, 0, limit=100_000)

    def kinds(self, visitor: str) -> list[str]:
        """Return what happened to the last conversation of a visitor, without its messages."""
        own_id = self.of(visitor).conversation_id
        with self.store.read() as connection:
            return [entry.kind for entry in entries_of_conversation(connection, self.project, own_id)]


__all__ = ["AGENTS", "BEGINNING", "BOT", "LiveShop"]
