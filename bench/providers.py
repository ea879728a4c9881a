"""Providers on loopback that refuse some messages, and take some without saying so."""

import email
import hashlib
import random
import threading
from contextlib import ExitStack, contextmanager

from aiosmtpd.controller import Controller
from werkzeug.wrappers import Request, Response

from bench.ledger import REFUSED, UNSAID, Received
from bench.measure import served
from track_service.sandbox.mailbox import _free_port
from track_service.sandbox.phones import Phones

PHONES = ("sms_twilio", "sms_esms", "zalo_zns")
CHANNELS = ("email", *PHONES, "webpush", "webhook")
_TOKEN_LASTS = "3900"  # seconds; the next one is fetched an hour before
_SLOW = 0.5  # seconds at most that Zalo takes to hand out a token it has made


class Gateways(Phones):
    """Twilio, eSMS and Zalo. A number's digits tell by which one its owner is told."""

    def __init__(self, received, dice):
        super().__init__(seed=1, keep=10**6, switched_off=0)
        self._received, self._dice = received, dice
        self._gate = threading.Lock()
        self.tokens = 0

    def __call__(self, environ, start_response):
        if self._dice.random() < REFUSED:
            return Response(status=503)(environ, start_response)
        with self._gate:
            before = len(self.texts)
            answer = Response.from_app(super().__call__, environ)
            said = all(map(self._take, list(self.texts)[before:]))
        if environ["PATH_INFO"].endswith("access_token"):
            threading.Event().wait(self._dice.uniform(0, _SLOW))
            said = self._dice.random() >= UNSAID
        return (answer if said else Response(status=504))(environ, start_response)

    def _take(self, text):
        number = text.to.removeprefix("+")
        name = hashlib.sha256(text.key.encode()).hexdigest()[:32]  # as a mail has it
        return self._received[PHONES[int(number[3])]].take(number, name)

    def _zalo_token(self, request):
        made = super()._zalo_token(request)
        self.tokens += "access_token" in made
        return made | {"expires_in": _TOKEN_LASTS}


class MailServer:
    """A mail server: of mails that come where a text could not be sent as well."""

    def __init__(self, received):
        self.received = received

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name
        channel, _, whom = envelope.rcpt_tos[0].partition("@")[0].partition(".")
        key = email.message_from_bytes(envelope.content)["Message-ID"]
        received = self.received[channel]
        if received.refuses() or not received.take(whom, key.strip("<").split("@")[0]):
            return "451 try again"
        return "250 OK"


def receiver(received):
    """Return a shop's webhook and a browser maker's push service as a WSGI app."""

    @Request.application
    def take(request):
        channel = request.path.strip("/").partition("/")[0]
        if channel == "webpush":
            whom, key = request.path, request.headers["Topic"]
        else:
            told = request.get_json()
            parcel = told["data"].get("shipment")
            if parcel is None:  # of the brand as a whole
                return Response(status=204)
            whom, key = f"{told['type']} {parcel}", request.headers["webhook-id"]
        mine = received[channel]
        said = not mine.refuses() and mine.take(whom, key)
        return Response(status=201 if said else 503)

    return take


@contextmanager
def providers():
    """Give what came by channel, the mail server's port, the gateways, a base URL."""
    received = {code: Received(random.Random(code)) for code in CHANNELS}
    gateways = Gateways(received, random.Random("gateways"))
    post = Controller(MailServer(received), hostname="127.0.0.1", port=_free_port())
    with ExitStack() as stack:
        gateways.start()
        stack.callback(gateways.stop)
        post.start()
        stack.callback(post.stop)
        base = stack.enter_context(served(receiver(received)))
        yield received, post.port, gateways, base
