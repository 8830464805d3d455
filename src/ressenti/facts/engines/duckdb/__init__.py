"""Facts in a DuckDB file beside the record, owned by one process."""
