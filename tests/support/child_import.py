"""An import in a process of its own, that says when a batch is committed: it is there to be ended."""

import resource
import sys
from pathlib import Path

from ressenti.intake.run import run
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.sqlite import Store
from tests.support.importing import NOW


def say(file: str, _done: int, _size: int) -> None:
    print(file, flush=True)


def main(url: str, inbox: str, batch: str, largest_file: str) -> int:
    """Import a folder in batches of a size, with files no larger than that many bytes (0 for no limit)."""
    run.BATCH = int(batch)
    if int(largest_file):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest_file), int(largest_file)))
    try:
        store = Store.open(url, create=True)
        return run.run_import(store, FileSource([Path(inbox)]), now=NOW, progress=say).exit_code
    except Refusal as refusal:
        print(refusal, flush=True)
        return refusal.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
