"""What happens at the desks by itself, at its time: jobs that were enqueued in the transaction of their cause."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from ressenti.desk import closing, pausing, routing
from ressenti.jobs import queue
from ressenti.jobs.queue import Job
from ressenti.jobs.worker import JobKind, JobKinds, Settlement
from ressenti.record.write_transaction import WriteTransaction, writing

_Action = Callable[[WriteTransaction, Job], None]


def desk_job_kinds(now: Callable[[], int]) -> JobKinds:
    """Return how the jobs of the desks are done: returns from pauses, closings by time, and what nobody took."""
    actions: dict[str, _Action] = {
        routing.NEXT_GROUP: lambda tx, job: routing.ask_next_group(
            tx, job.payload["conversation"], job.payload["position"]
        ),
        pausing.RETURN: lambda tx, job: pausing.end_pause(tx, job.payload["conversation"]),
        routing.END_RESERVATION: lambda tx, job: pausing.end_reservation(
            tx, job.payload["conversation"], job.payload["respondent"], job.payload["group"]
        ),
        closing.CLOSE_SILENT: lambda tx, job: closing.close_silent(
            tx, job.payload["conversation"], is_bot=job.payload["bot"]
        ),
    }
    return {kind: JobKind(partial(_settled, action, now)) for kind, action in actions.items()}


def _settled(action: _Action, now: Callable[[], int], held: Job) -> Settlement:
    """Return what does a job and settles it, in one transaction: it happens once, however often the job is tried."""

    def write(connection: Connection) -> bool:
        if not queue.complete(connection, held):
            return False
        with writing(connection, held.payload["project"], now=now()) as tx:
            action(tx, held)
        return True

    return Settlement(write)
