"""SMS in Vietnam by eSMS.vn: https://developers.esms.vn (customer care, brand name).

Of one `RequestId` it takes one message in 24 hours, so that a repeat costs nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from track_service.channels.base import (
    Callback,
    CallbackRefused,
    Channel,
    Cost,
    DeliveryError,
    Fate,
    Message,
    Receipt,
)
from track_service.channels.paying import (
    MENDED,
    Sms,
    account,
    amount,
    get,
    number_of,
    post,
)
from track_service.core.sms import size

HOST = "https://rest.esms.vn"
_SEND = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_STATUS = "/MainService.svc/json/GetSendStatus"
_BALANCE = "/MainService.svc/json/GetBalance_json"
_CARE = "2"  # customer care, under a registered brand name

_TAKEN, _REPEATED = "100", "124"
_REFUSED = {"118", "146", "177", "300"}  # type, template, network
_SUPPRESS = {"99": "hard_bounce", "108": "hard_bounce"}  # blocked there, no number
_OPS = {"101", "102", "103", "104", "140"}  # key, prices, balance, brand name, address
_REMEMBERED = timedelta(hours=23)  # a RequestId: they say 24, our clocks may differ
_FINAL, _REJECTED = "5", "4"


class Esms(Sms):
    """Sends one message a call; eSMS calls `callback_url` back by GET."""

    code: ClassVar[str] = "sms_esms"
    calls_by_get: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key", "secret_key", "brandname")
    diacritics: ClassVar[str] = "drop"
    currency: ClassVar[str] = "VND"

    def send(self, message: Message) -> str | None:
        """Send and return the SMSID; None where a repeat was known by its RequestId."""
        settings = message.settings
        text = self.text_of(message)
        document = {
            "ApiKey": settings["api_key"],
            "SecretKey": settings["secret_key"],
            "Phone": number_of(message),
            "Content": text,
            "Brandname": settings["brandname"],
            "SmsType": _CARE,
            "IsUnicode": "1" if size(text).alphabet == "ucs2" else "0",
            "RequestId": message.key,
        }
        if callback := settings.get("callback_url"):
            document["CallbackUrl"] = callback
        url = settings.get("base_url", HOST) + _SEND
        said = post(self._http, url, message, document=document)
        code = str(said.document.get("CodeResult"))
        if code not in {_TAKEN, _REPEATED}:
            raise _refusal(code)
        return said.document.get("SMSID")

    def ask(
        self, message: Message, provider_id: str | None, *, since: datetime
    ) -> Receipt | None:
        """Ask by SMSID; without one a repeat under the same RequestId is harmless."""
        if provider_id is None:
            fresh = message.sent_at - since < _REMEMBERED
            return Receipt(Fate.UNSENT) if fresh else None
        settings = message.settings
        query = {
            "RefId": provider_id,
            "ApiKey": settings["api_key"],
            "SecretKey": settings["secret_key"],
        }
        url = settings.get("base_url", HOST) + _STATUS
        told = get(self._http, url, message, query=query).document
        return _receipt(told) if str(told.get("CodeResponse")) == _TAKEN else None

    @classmethod
    def receipts(
        cls, callback: Callback, settings: Mapping[str, str]
    ) -> list[Receipt] | None:
        """Return what a callback tells. eSMS signs nothing: the URL's secret is the proof.

        A message is known by its RequestId, which nobody can guess.
        """
        if not callback.query.get("RequestId"):
            raise CallbackRefused("no RequestId: this is no callback of ours")
        return [_receipt(callback.query)]

    def trouble(self, settings: Mapping[str, str]) -> str | None:
        """Return what eSMS says is wrong with the account: its keys, its balance."""
        keys = {"ApiKey": settings["api_key"], "SecretKey": settings["secret_key"]}
        url = settings.get("base_url", HOST) + _BALANCE
        said = account(self._http, url, document=keys)
        if isinstance(said, str):
            return said
        code = str(said.document.get("CodeResponse"))
        if code != _TAKEN:
            return f"eSMS refuses the keys ({code[:8]})"
        return None if amount(said.document.get("Balance")) else "no money is left"


def _receipt(told: Mapping[str, Any]) -> Receipt:
    status = str(told.get("SendStatus"))
    fate = Fate.ACCEPTED
    if status == _REJECTED or str(told.get("SendFailed", "0")) != "0":
        fate = Fate.FAILED
    elif status == _FINAL and str(told.get("SendSuccess", "0")) != "0":
        fate = Fate.DELIVERED
    price = amount(told.get("TotalPrice"))
    return Receipt(
        fate,
        key=told.get("RequestId") or None,
        provider_id=told.get("SMSID") or None,
        error="eSMS could not deliver it" if fate is Fate.FAILED else None,
        cost=Cost(price, "VND")
        if price is not None and fate is not Fate.ACCEPTED
        else None,
    )


def _refusal(code: str) -> DeliveryError:
    words = f"eSMS refused it ({code[:8]})"
    if code in _OPS:
        return DeliveryError(words, retry_after=MENDED, alarm=True)
    permanent = code in _REFUSED or code in _SUPPRESS
    return DeliveryError(words, permanent=permanent, suppress=_SUPPRESS.get(code))


CHANNEL: type[Channel] = Esms
