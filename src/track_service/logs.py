"""JSON logs: a constant message and fields, no personal data, no secret addresses."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from gunicorn.glogging import Logger

# Whoever knows such an address can open the page, or speak for a carrier.
_SECRET_PATH = re.compile(
    r"(/(?:t|s|open|review|preview|preferences|unsubscribe)/|/hooks/[\w-]+/[\w-]+/)"
    r"[\w.~%=-]+"
)


def _hide_paths(
    _logger: Any, _name: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank the secrets in addresses: Flask names the path of a request that failed."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = _SECRET_PATH.sub(r"\1…", value)
    return line


_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Send our logs and the libraries' through one JSON formatter to standard output.

    A command that prints a document of its own there names another `stream`.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _hide_paths,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("apscheduler", "werkzeug"):  # the latter would log secret paths
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


class GunicornLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own log lines, through the same formatter."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to the root logger."""
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.access_log.propagate = False
