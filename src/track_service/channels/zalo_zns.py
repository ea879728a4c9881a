"""Zalo notifications (ZNS): https://developers.zalo.me/docs/zalo-notification-service.

A template with the layout `rating` comes back as the event `user_feedback` (there, under
webhooks): `message` holds `rate` (1 to 5), `note`, `feedbacks` (the sentences that were
ticked), `msg_id` and `tracking_id`.

Zalo answers 200 whatever happened; `error` tells. Its refresh tokens serve once, so a
new pair is kept before its access token is used.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar, Self

from track_service.channels.base import (
    Answer,
    Callback,
    CallbackRefused,
    Channel,
    Cost,
    DeliveryError,
    Fate,
    Form,
    Message,
    Outlets,
    Receipt,
    UnknownOutcome,
)
from track_service.channels.pairs import Pairs
from track_service.channels.paying import MENDED, amount, get, number_of, post
from track_service.core import zns
from track_service.http import Guarded
from track_service.http.answer import read_seconds

HOST = "https://business.openapi.zalo.me"
OAUTH = "https://oauth.zaloapp.com"
_VIETNAM = timezone(timedelta(hours=7))
_MORNING = 6  # from 22 to 6 o'clock Zalo sends nothing
_MARGIN = timedelta(hours=1)
_USUAL = 90_000.0  # seconds that an access token lasts

_TOKEN_ENDED = -124
# What cannot reach this person: another channel must.
_NOBODY = {-108, -110, -114, -118, -119, -134, -139, -141}
_NO_PHONE = -108
# What is wrong with the template or what fills it.
_TEMPLATE = {
    -109, -111, -112, -113, -116, -121, -122, -130, -131, -132, -145, -146,
    -1121, -1122, -1123, -1124,
}  # fmt: skip
_NIGHT = -133
_QUOTA = {-140, -144, -147}  # of a day: of the account, of a template
# The application, the account, their permissions, their money.
_OPS = {
    -101, -102, -103, -104, -105, -115, -117, -120, -125, -126, -135, -136, -137, -138,
}  # fmt: skip

# Events that prove that a message arrived.
_RATED = "user_feedback"
_TOLD = {"user_received_message", _RATED}
_LONGEST = 2000  # letters of a rating's words

# A journey: up to six statuses of one order.
_STATUSES = 6
_FIRST, _NEXT = "200", "20"  # đồng


class ZaloZns(Channel):
    """Sends a template that Zalo approved; `tracking_id` is our key."""

    code: ClassVar[str] = "zalo_zns"
    form: ClassVar[Form] = Form.TEMPLATE
    paid: ClassVar[bool] = True
    address: ClassVar[str] = "phone"
    settings: ClassVar[tuple[str, ...]] = (
        "app_id", "app_secret", "oa_id", "oa_secret", "refresh_token", "templates",
    )  # fmt: skip
    optional: ClassVar[tuple[str, ...]] = (
        "price_first", "price_next", "base_url", "oauth_url",
    )  # fmt: skip

    def __init__(self, guarded: Guarded, pairs: Pairs) -> None:
        self._http = guarded
        self._pairs = pairs

    @classmethod
    def open(cls, outlets: Outlets) -> Self | None:
        """Return the channel, None where nothing keeps its tokens."""
        return None if outlets.pairs is None else cls(outlets.guarded, outlets.pairs)

    def send(self, message: Message) -> str | None:
        """Send the template in `message.payload`; return Zalo's message id."""
        if message.payload is None:
            raise DeliveryError("no template is set for this notice", permanent=True)
        document = {
            "phone": number_of(message),
            "template_id": message.payload["template_id"],
            "template_data": message.payload["template_data"],
            "tracking_id": message.key,
        }
        said = self._send(message, document)
        if said.get("error") == _TOKEN_ENDED:  # revoked before its time: once more
            said = self._send(message, document)
        if said.get("error") != 0:
            raise _refusal(said, message.sent_at)
        return _of(said.get("data"), "msg_id")

    def _send(self, message: Message, document: Mapping[str, Any]) -> Mapping[str, Any]:
        token = self._token(message)
        url = message.settings.get("base_url", HOST) + "/message/template"
        headers = {"access_token": token}
        said = post(self._http, url, message, document=document, headers=headers)
        if said.document.get("error") == _TOKEN_ENDED:
            self._pairs.expire(_key(message.settings), token)
        return said.document

    @classmethod
    def cost(cls, message: Message) -> Cost:
        """Return what this status of an order costs within its journey."""
        begins = message.told_before % _STATUSES == 0
        name, usual = ("price_first", _FIRST) if begins else ("price_next", _NEXT)
        price = amount(message.settings.get(name, usual))
        return Cost(Decimal(usual) if price is None else price, "VND")

    def ask(
        self, message: Message, provider_id: str | None, *, since: datetime
    ) -> Receipt | None:
        """Ask by Zalo's message id; by our key Zalo tells in its receipt alone."""
        del since
        if provider_id is None:
            return None
        url = message.settings.get("base_url", HOST) + "/message/status"
        told = get(
            self._http,
            url,
            message,
            query={"message_id": provider_id, "phone": number_of(message)},
            headers={"access_token": self._token(message)},
        ).document
        status = _of(told.get("data"), "status")
        fates = {"1": Fate.DELIVERED, "0": Fate.ACCEPTED}
        fate = fates.get(status or "") if told.get("error") == 0 else None
        return Receipt(fate, provider_id=provider_id) if fate else None

    @classmethod
    def receipts(
        cls, callback: Callback, settings: Mapping[str, str]
    ) -> list[Receipt] | None:
        """Return what an event of the official account tells, once it is proven.

        X-ZEvent-Signature is `mac=` and the plain SHA-256 in hex of application id, raw
        body, the body's timestamp and the account's secret, one after the other.
        """
        try:
            event = json.loads(callback.body)
            stamp = str(event["timestamp"])
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise CallbackRefused("this is no event of Zalo's") from error
        told = settings["app_id"].encode() + callback.body
        told += stamp.encode() + settings["oa_secret"].encode()
        wanted = f"mac={hashlib.sha256(told).hexdigest()}"
        given = callback.headers.get("x-zevent-signature", "")
        if not hmac.compare_digest(wanted.encode(), given.encode()):
            raise CallbackRefused("the signature is not Zalo's")
        said, name = event.get("message"), event.get("event_name")
        ids = (_of(said, "tracking_id"), _of(said, "msg_id"))
        if name not in _TOLD or not any(ids):
            return []
        answer = _answer(said) if name == _RATED else None
        return [Receipt(Fate.DELIVERED, *ids, answer=answer)]

    @classmethod
    def wrong(cls, settings: Mapping[str, str]) -> str | None:
        """Return what is wrong with a brand's settings, its templates included."""
        for name in ("price_first", "price_next"):
            if amount(settings.get(name, "0")) is None:
                return f"{name}: an amount in đồng is wanted"
        try:
            document = json.loads(settings["templates"])
        except ValueError:
            return "templates: is no JSON"
        first = next(iter(zns.lint(document)), None)
        return f"templates: {first.where}: {first.what}" if first else None

    def trouble(self, settings: Mapping[str, str]) -> str | None:
        """Return why no token can be had, None where all is well."""
        return self._pairs.trouble(_key(settings))

    def _token(self, message: Message) -> str:
        """Return an access token; an hour before its end the next one is fetched."""
        settings, now = message.settings, message.sent_at
        key = _key(settings)
        token = self._pairs.access(key, now=now + _MARGIN)
        if token is not None:
            return token
        if why := self._pairs.trouble(key):
            raise DeliveryError(why, retry_after=MENDED, alarm=True)
        refresh = self._pairs.spend(key, settings["refresh_token"], now=now)
        if refresh is not None:
            return self._renew(message, key, refresh)
        token = self._pairs.access(key, now=now)
        if token is None:
            raise DeliveryError("Zalo's token is being renewed")
        return token

    def _renew(self, message: Message, key: str, refresh: str) -> str:
        settings = message.settings
        form = {
            "refresh_token": refresh,
            "app_id": settings["app_id"],
            "grant_type": "refresh_token",
        }
        url = settings.get("oauth_url", OAUTH) + "/v4/oa/access_token"
        held = {"secret_key": settings["app_secret"]}
        try:
            said = post(self._http, url, message, form=form, headers=held).document
        except UnknownOutcome as error:  # of the renewal: nothing was sent to anybody
            raise DeliveryError(f"Zalo's token: {error}") from error
        access, following = said.get("access_token"), said.get("refresh_token")
        if not access or not following:
            why = f"Zalo refused the refresh token ({said.get('error')}): set a new one"
            self._pairs.lost(key, refresh, why)
            raise DeliveryError(why, retry_after=MENDED, alarm=True)
        lasts = timedelta(seconds=read_seconds(said.get("expires_in")) or _USUAL)
        # Kept before anybody uses it: a crash from here on loses nothing.
        until = message.sent_at + lasts
        self._pairs.put(key, str(access), str(following), expires_at=until)
        return str(access)


def _key(settings: Mapping[str, str]) -> str:
    """Return whose tokens they are: each one that was given has a row of its own.

    So what sends with an older one, yet or still, does not undo a newer one.
    """
    first = hashlib.sha256(settings["refresh_token"].encode()).hexdigest()[:16]
    return f"zalo:{settings['app_id']}:{settings['oa_id']}:{first}"


def _of(said: object, name: str) -> str | None:
    value = said.get(name) if isinstance(said, dict) else None
    return None if value is None or value == "" else str(value)


def _answer(said: Mapping[str, Any]) -> Answer | None:
    """Return what a rating says, None where its stars are none of five."""
    stars = _of(said, "rate")
    ticked = said.get("feedbacks")
    words = [_of(said, "note"), *(ticked if isinstance(ticked, list) else ())]
    text = "\n".join(word.strip() for word in words if isinstance(word, str))
    if stars not in {"1", "2", "3", "4", "5"}:
        return None
    return Answer(int(stars), text.replace("\0", "")[:_LONGEST].strip() or None)


def _refusal(said: Mapping[str, Any], now: datetime) -> DeliveryError:
    code = said.get("error")
    words = f"Zalo refused it ({code})"
    if code in _NOBODY:
        suppress = "hard_bounce" if code == _NO_PHONE else None
        return DeliveryError(words, permanent=True, suppress=suppress)
    if code in _TEMPLATE:
        return DeliveryError(words, permanent=True, alarm=True)
    if code == _NIGHT:
        return DeliveryError(words, retry_after=_until(now, _MORNING))
    if code in _QUOTA:
        return DeliveryError(words, retry_after=_until(now, 0), alarm=True)
    if code in _OPS:
        return DeliveryError(words, retry_after=MENDED, alarm=True)
    return DeliveryError(words)


def _until(now: datetime, hour: int) -> timedelta:
    """Return the time until it next is so many o'clock in Vietnam."""
    here = now.astimezone(_VIETNAM)
    then = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if then <= here:
        then += timedelta(days=1)
    return then.astimezone(UTC) - now


CHANNEL: type[Channel] = ZaloZns
