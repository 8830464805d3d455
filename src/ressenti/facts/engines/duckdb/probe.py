"""Whether a facts file can be read from its first block to its last; run as a process, since a bad one can end it."""

import sys

import duckdb


def main(path: str) -> None:
    """Read every row of every table; any failure is the answer."""
    with duckdb.connect(path) as database:
        for (name,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall():
            database.execute(f'SELECT max(hash(one)) FROM "{name}" AS one').fetchall()


if __name__ == "__main__":
    main(sys.argv[1])
