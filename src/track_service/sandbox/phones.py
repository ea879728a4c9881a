"""Shoppers' phones on loopback: Twilio, eSMS and Zalo as they answer and call back.

Built from the providers' documents, without our channels. A number decides its fate, so
that a run can be repeated: some are not on Zalo, some have their phone switched off.
"""

import contextlib
import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from track_service.sandbox.dice import dice, marker

PROVIDERS = ("sms_twilio", "sms_esms", "zalo_zns")
_TIMEOUT = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Text:
    """What a phone shows: who sent it by what, and its words."""

    provider: str
    to: str
    words: str
    key: str


class Phones:
    """All phones of the country, and the three companies that write to them.

    `not_on_zalo`, `switched_off` and `lost` are shares of numbers, or of calls: a lost
    call is carried out, and its answer is not. Each is charged for once.
    """

    def __init__(
        self,
        *,
        seed: int,
        keep: int = 1000,
        not_on_zalo: float = 0.3,
        switched_off: float = 0.1,
        lost: float = 0.0,
    ) -> None:
        self._seed = seed
        self._shares = {"zalo": not_on_zalo, "off": switched_off, "lost": lost}
        self.texts: deque[Text] = deque(maxlen=keep)
        self._hooks: dict[str, str] = {}
        self._waiting: deque[Callable[[], None]] = deque()
        self._requests: dict[str, Text] = {}
        self._refresh = "zalo-refresh-0"
        self._access = ""
        self._lock = threading.Lock()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    def start(self, port: int = 0) -> str:
        """Serve on 127.0.0.1 and return the base URL; port 0 takes any free one."""
        self._server = make_server(
            "127.0.0.1", port, self, threaded=True, request_handler=_Quiet
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        self._url = f"http://127.0.0.1:{self._server.port}"
        return self._url

    def stop(self) -> None:
        """End the server."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    def settings(self, provider: str) -> dict[str, str]:
        """Return what a customer of a provider is given, and where it stands here."""
        base = {"base_url": f"{self._url}/{provider}"}
        if provider == "sms_twilio":
            return base | {"account_sid": "AC1", "auth_token": "t", "sender": "DEMO"}
        if provider == "sms_esms":
            return base | {"api_key": "k", "secret_key": "s", "brandname": "DEMO"}
        return base | {
            "oauth_url": base["base_url"],
            "app_id": "4711",
            "app_secret": "app",
            "oa_id": "oa1",
            "oa_secret": "oa",
            "refresh_token": self._refresh,
        }

    def tell(self, hooks: Mapping[str, str]) -> None:
        """Let receipts go to these hooks, by provider; only loopback is called."""
        for provider, url in hooks.items():
            if provider not in PROVIDERS or urlsplit(url).hostname not in _LOOPBACK:
                raise ValueError(f"no hook of a provider on loopback: {provider}")
        self._hooks = dict(hooks)

    def call_back(self) -> int:
        """Send the receipts that are due; return how many."""
        sent = 0
        while self._waiting:
            self._waiting.popleft()()
            sent += 1
        return sent

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer one request (WSGI)."""
        request = Request(environ)
        provider, _, path = request.path.lstrip("/").partition("/")
        answers = {
            "sms_twilio": self._twilio,
            "sms_esms": self._esms,
            "zalo_zns": self._zalo,
        }
        with self._lock:
            if provider in answers:
                status, document = answers[provider](request, path)
            else:
                status, document = 404, {}
        body = json.dumps(document)
        response = Response(body, status, content_type="application/json")
        return response(environ, start_response)

    def _is(self, what: str, *words: str) -> bool:
        return dice(self._seed, what, *words).random() < self._shares[what]

    def _keep(self, provider: str, to: str, words: str, key: str) -> Text:
        text = Text(provider, to, words, key)
        self.texts.append(text)
        return text

    def _twilio(self, request: Request, path: str) -> tuple[int, dict[str, Any]]:
        if request.authorization is None or request.authorization.username != "AC1":
            return 401, {"code": 20003, "status": 401}
        if path.endswith("Accounts/AC1.json"):
            return 200, {"sid": "AC1", "status": "active"}
        mine = [t for t in self.texts if t.provider == "sms_twilio"]
        if request.method == "GET":
            return 200, {"messages": [_listed(text) for text in mine]}
        form = request.form
        if not form["To"].startswith("+84"):
            return 400, {"code": 21211, "status": 400}
        sid = f"SM{marker(self._seed, len(mine))}"
        self._keep("sms_twilio", form["To"], form["Body"], sid)
        if url := form.get("StatusCallback"):
            status = "undelivered" if self._is("off", form["To"]) else "delivered"
            told = {"MessageSid": sid, "MessageStatus": status, "To": form["To"]}
            self._waiting.append(lambda: _call_twilio(url, told))
        if self._is("lost", sid):
            return 504, {}
        return 201, {"sid": sid, "status": "queued"}

    def _esms(self, request: Request, path: str) -> tuple[int, dict[str, Any]]:
        if request.method == "GET":
            return 200, {"CodeResponse": "105"}
        asked = request.get_json(force=True)
        if asked.get("ApiKey") != "k":
            return 200, {"CodeResult": "101", "CodeResponse": "101"}
        if path.endswith("GetBalance_json"):
            return 200, {"CodeResponse": "100", "Balance": 36693}
        key = asked["RequestId"]
        if key in self._requests:
            return 200, {"CodeResult": "124", "ErrorMessage": "Request exist"}
        words, to = asked["Content"], asked["Phone"]
        self._requests[key] = self._keep("sms_esms", to, words, key)
        sms_id = marker(self._seed, key)
        off = self._is("off", to)
        told = {
            "SMSID": sms_id,
            "SendStatus": "5",
            "SendSuccess": "0" if off else "1",
            "SendFailed": "1" if off else "0",
            "TotalPrice": "0.0000" if off else "650.0000",
            "RequestId": key,
            "TypeId": "2",
        }
        if url := asked.get("CallbackUrl"):
            self._waiting.append(lambda: _call("GET", url, params=told))
        if self._is("lost", key):
            return 504, {}
        return 200, {"CodeResult": "100", "SMSID": sms_id}

    def _zalo(self, request: Request, path: str) -> tuple[int, dict[str, Any]]:
        if path == "v4/oa/access_token":
            return 200, self._zalo_token(request)
        if request.headers.get("Access-Token") != self._access or not self._access:
            return 200, {"error": -124, "message": "Access token invalid"}
        if request.method == "GET":
            return 200, {"error": 0, "data": {"status": 0}}
        asked = request.get_json(force=True)
        to, key = asked["phone"], asked["tracking_id"]
        if not to.startswith("84"):
            return 200, {"error": -108, "message": "Phone number invalid"}
        if self._is("zalo", to):
            return 200, {"error": -118, "message": "Zalo account not existed"}
        words = json.dumps(asked["template_data"], ensure_ascii=False)
        self._keep("zalo_zns", to, f"{asked['template_id']} {words}", key)
        message_id = marker(self._seed, key, length=20)
        if not self._is("off", to) and "zalo_zns" in self._hooks:
            url = self._hooks["zalo_zns"]
            self._waiting.append(lambda: _call_zalo(url, to, message_id, key))
        if self._is("lost", key):
            return 504, {}
        return 200, {"error": 0, "message": "Success", "data": {"msg_id": message_id}}

    def _zalo_token(self, request: Request) -> dict[str, Any]:
        """A refresh token serves once: whoever comes with it again is refused."""
        if request.form.get("refresh_token") != self._refresh:
            return {"error": -14014, "error_name": "Invalid refresh token."}
        turn = int(self._refresh.rsplit("-", 1)[1]) + 1
        self._refresh = f"zalo-refresh-{turn}"
        self._access = marker(self._seed, "access", turn)
        return {
            "access_token": self._access,
            "refresh_token": self._refresh,
            "expires_in": "90000",
        }


def _listed(text: Text) -> dict[str, Any]:
    return {"sid": text.key, "to": text.to, "body": text.words, "status": "sent"}


def _call_twilio(url: str, told: Mapping[str, str]) -> None:
    said = url + "".join(f"{name}{told[name]}" for name in sorted(told))
    mac = hmac.new(b"t", said.encode(), hashlib.sha1)
    headers = {"X-Twilio-Signature": b64encode(mac.digest()).decode()}
    _call("POST", url, data=dict(told), headers=headers)


def _call_zalo(url: str, to: str, message_id: str, key: str) -> None:
    stamp = "1772443800000"
    event = {
        "event_name": "user_received_message",
        "app_id": "4711",
        "timestamp": stamp,
        "sender": {"id": "oa1"},
        "recipient": {"id": to},
        "message": {"msg_id": message_id, "tracking_id": key},
    }
    body = json.dumps(event).encode()
    mac = hashlib.sha256(b"4711" + body + stamp.encode() + b"oa").hexdigest()
    headers = {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
    _call("POST", url, data=body, headers=headers)


def _call(method: str, url: str, **given: Any) -> None:
    """Call once; a hook that is not there misses its receipt."""
    with requests.Session() as session:
        session.trust_env = False
        with contextlib.suppress(requests.RequestException):
            session.request(
                method, url, timeout=_TIMEOUT, allow_redirects=False, **given
            )


class _Quiet(WSGIRequestHandler):
    def make_environ(self) -> Any:
        """Hand on Zalo's header too: werkzeug drops those with an underscore."""
        environ = super().make_environ()
        environ["HTTP_ACCESS_TOKEN"] = self.headers.get("access_token", "")
        return environ

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""
