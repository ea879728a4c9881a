"""A real mail server on loopback (aiosmtpd) that does as the test says."""

# ruff: noqa: N802 - aiosmtpd names the methods

import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Mailroom:
    """Keeps what comes in; `answers` names the reply to a command."""

    def __init__(self, **answers):
        self.answers = answers
        self.letters = []
        self.envelopes = []
        self.greetings = 0

    def read(self):
        return message_from_bytes(self.letters[-1], policy=default)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_NOOP(self, server, session, envelope, argument):
        reply = self.answers.get("NOOP", "250 OK")
        if reply == "hang up":
            server.transport.close()
        return reply

    async def handle_DATA(self, server, session, envelope):
        reply = self.answers.get("DATA", "250 OK")
        if reply.startswith("250"):
            self.letters.append(envelope.content)
            self.envelopes.append(envelope)
        return reply


@contextmanager
def serving(room, *, users=None, **options):
    """Run the server; yield its port. `users` maps log-ins to passwords (bytes)."""

    def log_in(server, session, envelope, mechanism, data):
        return AuthResult(success=users.get(data.login) == data.password, handled=False)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if users is not None:
        options |= {"authenticator": log_in, "auth_required": True}
    controller = Controller(room, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def certificate(folder):
    """Return a server's TLS context for 127.0.0.1 and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "server.pem"
    file.write_bytes(public + secret)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=public.decode())
