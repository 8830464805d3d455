"""HTTP: the pages people open and the API programs ask. The only station that knows a web framework."""
