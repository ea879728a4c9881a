"""A proxy that no setting tells of: warned of once, as all its clients are one to us."""

import structlog
from flask import Flask, request

log = structlog.get_logger("track_service.proxies")


def warn_once(app: Flask) -> None:
    """Log it when the first request comes that names another client than it comes from."""
    told: list[str] = []

    @app.before_request
    def warn() -> None:
        if "X-Forwarded-For" in request.headers and not told:
            told.append(request.path)
            log.warning(
                "X-Forwarded-For is not believed: behind a proxy all clients are one,"
                " and lock each other out, until TRACK_TRUSTED_PROXIES is set"
            )
