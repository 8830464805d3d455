"""Facts on ClickHouse servers, for when one machine is not enough."""
