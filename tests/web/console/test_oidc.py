"""Signing in by OpenID, against a provider of ours on loopback."""

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, parameters={"kid": "k1"})
FORGED = RSAKey.generate_key(2048, parameters={"kid": "k1"})


@dataclass
class Provider:
    """What the provider says, and what it was asked."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict = field(default_factory=dict)
    names: str | None = None
    challenge: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def get(self, path):
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.names or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return KeySet([KEY]).as_dict(private=False)

    def token(self, form):
        """Give a token to who knows the verifier of the challenge (RFC 7636, 4.6)."""
        self.asked.append(form)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return {"error": "invalid_grant"}
        signed = jwt.encode(
            {"alg": "RS256", "kid": "k1"}, self.claims, self.key, algorithms=["RS256"]
        )
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def provider(now):
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.tell(state.get(self.path))

        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = state.token(dict(parse_qsl(sent)))
            self.tell(told, 400 if "error" in told else 200)

        def tell(self, document, status=200):
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.issuer = f"http://127.0.0.1:{server.server_port}"
        state.claims = {
            "iss": state.issuer,
            "aud": "console",
            "sub": "42",
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + 300,
            "email": "mai@acme.example",
            "email_verified": True,
        }
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings, provider):
    return replace(
        settings,
        oidc_issuer=provider.issuer,
        oidc_client_id="console",
        oidc_client_secret="secret",
    )


@pytest.fixture
def mai(user, brand):
    return user("mai@acme.example", [(brand, "agent")], password=None)


def leave(somebody, provider):
    """Go to the provider, which remembers nonce and challenge; return what was asked."""
    url = urlsplit(somebody.get("/console/oidc").location)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    provider.claims = {"nonce": asked["nonce"]} | provider.claims
    provider.challenge = asked["code_challenge"]
    return asked


def come_back(somebody, state, code="the-code"):
    return somebody.get(f"/console/oidc/back?code={code}&state={state}")


def is_in(somebody):
    return somebody.get("/console/").status_code == 200


def test_whom_the_provider_vouches_for_is_let_in(mai, person, provider, rows):
    somebody = person()
    asked = leave(somebody, provider)

    answer = come_back(somebody, asked["state"])

    assert answer.location == "/console/"
    assert is_in(somebody)
    assert asked["redirect_uri"] == "https://track.example/console/oidc/back"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    (form,) = provider.asked
    assert (form["code"], form["redirect_uri"]) == ("the-code", asked["redirect_uri"])
    assert rows("SELECT action FROM audit WHERE action LIKE 'user.enter%'") == [
        ("user.enter.oidc",)
    ]


def test_each_sign_in_has_its_own_state_nonce_and_challenge(mai, person, provider):
    first, second = leave(person(), provider), leave(person(), provider)

    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 20


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"email_verified": False}, id="address not verified"),
        pytest.param({"email_verified": "true"}, id="verified as a word"),
        pytest.param({"email": "other@acme.example"}, id="no user of ours"),
        pytest.param({"email": None}, id="no address"),
        pytest.param({"nonce": "another"}, id="replayed"),
        pytest.param({"aud": "another"}, id="for another client"),
        pytest.param({"iss": "https://evil.example"}, id="of another issuer"),
        pytest.param({"exp": 1}, id="expired"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    mai, person, provider, wrong
):
    somebody = person()
    provider.claims |= wrong
    asked = leave(somebody, provider)

    answer = come_back(somebody, asked["state"])

    assert answer.status_code == 403
    assert "Your sign-in did not work." in answer.text
    assert not is_in(somebody)


def test_a_token_signed_by_another_lets_nobody_in(mai, person, provider):
    somebody = person()
    provider.key = FORGED
    asked = leave(somebody, provider)

    assert come_back(somebody, asked["state"]).status_code == 403


def test_what_another_browser_began_lets_nobody_in(mai, person, provider):
    victim, attacker = person(), person()
    asked = leave(attacker, provider)

    assert come_back(victim, asked["state"]).status_code == 403
    leave(victim, provider)
    assert come_back(victim, asked["state"]).status_code == 403
    assert come_back(victim, "").status_code == 403
    assert provider.asked == []


def test_a_code_without_its_verifier_is_worth_nothing(mai, person, provider):
    somebody = person()
    asked = leave(somebody, provider)
    provider.challenge = "of-another-browser"

    assert come_back(somebody, asked["state"]).status_code == 403


def test_a_provider_that_names_another_is_not_believed(mai, person, provider):
    provider.names = "https://evil.example"

    assert person().get("/console/oidc").status_code == 502


def test_the_door_offers_it(person):
    assert "Sign in with your organisation" in person().get("/console/enter").text
