"""A small name server over loopback: answers TXT questions out of a dictionary."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Zone:
    """What is answered: texts by name; `rcode` is sent instead where it is set."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.rcode: dns.rcode.Rcode | None = None
        self.asked: list[str] = []
        self.server = ""

    def answer(self, wire: bytes) -> bytes:
        question = dns.message.from_wire(wire)
        (asked,) = question.question
        name = asked.name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.AA | dns.flags.RA
        texts = self.texts.get(name, [])
        if self.rcode is not None or not texts:
            reply.set_rcode(dns.rcode.NXDOMAIN if self.rcode is None else self.rcode)
        elif asked.rdtype == dns.rdatatype.TXT:
            quoted = [f'"{text}"' for text in texts]
            reply.answer.append(
                dns.rrset.from_text(asked.name, 60, "IN", "TXT", *quoted)
            )
        return reply.to_wire()


@contextmanager
def serving() -> Iterator[Zone]:
    """Serve a zone on a free port of this machine."""
    zone = Zone()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wires:
        wires.bind(("127.0.0.1", 0))
        host, port = wires.getsockname()
        zone.server = f"{host}:{port}"
        thread = threading.Thread(target=_serve, args=(wires, zone), daemon=True)
        thread.start()
        try:
            yield zone
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", (host, port))
            thread.join()


def _serve(wires: socket.socket, zone: Zone) -> None:
    while True:
        wire, client = wires.recvfrom(4096)
        if not wire:
            return
        wires.sendto(zone.answer(wire), client)
