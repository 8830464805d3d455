"""The Customer experience report as a page: its address is opened, its parts are prepared, drawn and put together."""
