"""What programs ask: the public API with its OpenAPI document, and the commands of the same machine."""
