"""A report's page over many conversations' facts: asked of us, in DuckDB SQL tuned by hand, and of PostgreSQL."""
