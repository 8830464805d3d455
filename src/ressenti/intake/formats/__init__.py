"""How a file is written: CSV, JSON lines, Parquet, packed or in an archive. Any source may use any of them."""
