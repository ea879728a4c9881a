"""A mailbox on loopback that takes every mail and keeps the newest."""

import email
import email.policy
from collections import deque
from email.message import EmailMessage
from typing import Any


class Mailbox:
    """An SMTP sink for the demo and for tests; it needs the extra `demo`."""

    def __init__(self, keep: int = 1000) -> None:
        self._raw: deque[bytes] = deque(maxlen=keep)
        self._controller: Any = None

    @property
    def mails(self) -> list[EmailMessage]:
        """Return the kept mails, oldest first, parsed anew."""
        read = email.message_from_bytes
        return [read(raw, policy=email.policy.default) for raw in list(self._raw)]

    def start(self) -> tuple[str, int]:
        """Listen on a free port of 127.0.0.1; return host and port.

        Raises RuntimeError where aiosmtpd is not installed.
        """
        try:
            from aiosmtpd.controller import Controller
        except ImportError as error:
            message = "the mailbox needs aiosmtpd: pip install 'track-service[demo]'"
            raise RuntimeError(message) from error
        self._controller = Controller(
            _Sink(self._raw), hostname="127.0.0.1", port=_free_port()
        )
        self._controller.start()
        return "127.0.0.1", int(self._controller.port)

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class _Sink:
    def __init__(self, raw: deque[bytes]) -> None:
        self._raw = raw

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        self._raw.append(envelope.content)
        return "250 OK"


def _free_port() -> int:
    # aiosmtpd's Controller cannot report which port it got for 0.
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
