"""How the program writes its log: one JSON object a line on standard error, without the values of variables."""

import structlog


def configure() -> None:
    """Set the log up once, when a long-running command starts.

    Local variables stay out of tracebacks: they hold what people wrote, and secrets.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )
