"""What holds the facts and answers over them: DuckDB in a file, ClickHouse on servers, columns in memory."""
