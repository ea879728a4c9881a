"""SMS by Twilio: https://www.twilio.com/docs/messaging/api/message-resource."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from track_service.channels.base import (
    Callback,
    CallbackRefused,
    Channel,
    DeliveryError,
    Fate,
    Message,
    Receipt,
)
from track_service.channels.paying import (
    MENDED,
    Said,
    Sms,
    account,
    get,
    number_of,
    post,
)

HOST = "https://api.twilio.com"

_FATES = {
    "accepted": Fate.ACCEPTED,
    "scheduled": Fate.ACCEPTED,
    "queued": Fate.ACCEPTED,
    "sending": Fate.ACCEPTED,
    "sent": Fate.ACCEPTED,
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.FAILED,
    "failed": Fate.FAILED,
    "canceled": Fate.FAILED,
}
# https://www.twilio.com/docs/api/errors: what is to blame, of a send or a receipt.
_SUPPRESS = {
    21211: "hard_bounce",  # no phone number
    21614: "hard_bounce",  # no mobile number
    30005: "hard_bounce",  # unknown, or out of service
    30006: "hard_bounce",  # a landline
    21610: "unsubscribed",  # they answered STOP
}
_LATER = {14107, 20429, 21611, 30001, 30022, 30023}  # too fast, or a full queue
_OPS = {20003, 20005, 21408, 21606, 21659, 21660}  # keys, account, region, sender
_SKEW = timedelta(minutes=2)  # between their clock and ours


class Twilio(Sms):
    """Sends one message a call; who listens to `callback_url` is told what came of it."""

    code: ClassVar[str] = "sms_twilio"
    settings: ClassVar[tuple[str, ...]] = ("account_sid", "auth_token", "sender")
    diacritics: ClassVar[str] = "keep"
    currency: ClassVar[str] = "USD"

    def send(self, message: Message) -> str:
        """Send and return the message's SID."""
        settings = message.settings
        sender = settings["sender"]
        kind = "MessagingServiceSid" if sender.startswith("MG") else "From"
        form = {
            "To": f"+{number_of(message)}",
            kind: sender,
            "Body": self.text_of(message),
        }
        if callback := settings.get("callback_url"):
            form["StatusCallback"] = _callback(callback, message.key)
        said = post(
            self._http, _messages(settings), message, form=form, headers=_auth(settings)
        )
        if said.status >= 400 or not said.document.get("sid"):
            raise _refusal(said)
        return str(said.document["sid"])

    def ask(
        self, message: Message, provider_id: str | None, *, since: datetime
    ) -> Receipt | None:
        """Ask by SID; without one look for the same text to the same number.

        Twilio takes no id of ours, so a message is known by its text: two notices to one
        number with the very same words would be taken for one.
        """
        settings = message.settings
        query = {"To": f"+{number_of(message)}", "PageSize": "100"}
        said = get(
            self._http,
            _messages(settings),
            message,
            query=query,
            headers=_auth(settings),
        )
        if said.status >= 400:
            raise _refusal(said)
        text = self.text_of(message)
        for one in said.document.get("messages") or ():
            if one.get("sid") == provider_id or _is_it(one, text, since):
                return _receipt(one)
        return Receipt(Fate.UNSENT) if provider_id is None else None

    @classmethod
    def receipts(
        cls, callback: Callback, settings: Mapping[str, str]
    ) -> list[Receipt] | None:
        """Return what a status callback tells, once its signature is checked.

        X-Twilio-Signature is base64 of the HMAC-SHA1 of the URL and the sorted fields:
        https://www.twilio.com/docs/usage/webhooks/webhooks-security.
        """
        form = dict(parse_qsl(callback.body.decode("latin-1"), keep_blank_values=True))
        form = {
            k: v.encode("latin-1").decode("utf-8", "replace") for k, v in form.items()
        }
        key = callback.query.get("key")
        url = _callback(settings.get("callback_url", ""), key or "")
        told = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        mac = hmac.new(settings["auth_token"].encode(), told.encode(), hashlib.sha1)
        given = callback.headers.get("x-twilio-signature", "")
        if not hmac.compare_digest(b64encode(mac.digest()), given.encode()):
            raise CallbackRefused("the signature is not Twilio's")
        fate = _FATES.get(form.get("MessageStatus", ""))
        if fate is None:
            return []
        code = _code(form.get("ErrorCode"))
        return [
            Receipt(
                fate,
                key=key,
                provider_id=form.get("MessageSid"),
                error=f"Twilio: {code}" if code else None,
                suppress=_SUPPRESS.get(code),
            )
        ]

    def trouble(self, settings: Mapping[str, str]) -> str | None:
        """Return what Twilio says is wrong with the account."""
        said = account(self._http, _account(settings), headers=_auth(settings))
        if isinstance(said, str):
            return said
        if said.status >= 400:
            return f"Twilio refuses the account ({said.status})"
        state = said.document.get("status")
        return None if state == "active" else f"the account is {state}"


def _account(settings: Mapping[str, str]) -> str:
    host = settings.get("base_url", HOST)
    return f"{host}/2010-04-01/Accounts/{settings['account_sid']}.json"


def _messages(settings: Mapping[str, str]) -> str:
    host = settings.get("base_url", HOST)
    return f"{host}/2010-04-01/Accounts/{settings['account_sid']}/Messages.json"


def _auth(settings: Mapping[str, str]) -> dict[str, str]:
    pair = f"{settings['account_sid']}:{settings['auth_token']}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode()}"}


def _callback(url: str, key: str) -> str:
    return f"{url}?{urlencode({'key': key})}"


def _is_it(one: Mapping[str, Any], text: str, since: datetime) -> bool:
    """Tell whether it has these words and is no older than the try.

    Where its time cannot be read the words decide: to repeat it would cost money.
    """
    if one.get("body") != text:
        return False
    try:
        made = parsedate_to_datetime(str(one.get("date_created")))
    except ValueError:
        return True
    return made >= since - _SKEW


def _receipt(one: Mapping[str, Any]) -> Receipt:
    code = _code(one.get("error_code"))
    return Receipt(
        _FATES.get(str(one.get("status")), Fate.ACCEPTED),
        provider_id=str(one["sid"]),
        error=f"Twilio: {code}" if code else None,
        suppress=_SUPPRESS.get(code),
    )


def _refusal(said: Said) -> DeliveryError:
    code = _code(said.document.get("code"))
    words = f"Twilio refused it ({said.status}, {code})"
    if code in _OPS:
        return DeliveryError(words, retry_after=MENDED, alarm=True)
    if code in _LATER:
        return DeliveryError(words)
    return DeliveryError(words, permanent=True, suppress=_SUPPRESS.get(code))


def _code(stated: object) -> int:
    text = str(stated or "")
    return int(text) if text.isdecimal() else 0


CHANNEL: type[Channel] = Twilio
