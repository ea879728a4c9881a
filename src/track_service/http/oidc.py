"""Signing in by an OpenID provider: the code flow with state, nonce and PKCE.

https://openid.net/specs/openid-connect-core-1_0.html, and RFC 7636.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_TIMEOUT = 10  # seconds
_SCOPE = "openid email profile"
_SIGNED = ("RS256", "ES256", "PS256")


class SignInFailed(Exception):
    """The provider let nobody in, or cannot be believed; the text names no person."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a browser keeps between leaving for the provider and coming back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider at which we are a client."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    secret: Callable[[], str] = field(repr=False)
    wall: Callable[[], datetime] = field(repr=False)

    def begin(self, back: str) -> tuple[str, Flow]:
        """Return where to send the browser, and what it is to bring back to `back`."""
        flow = Flow(self.secret(), self.secret(), self.secret() + self.secret())
        client = OAuth2Session(
            self.client_id,
            redirect_uri=back,
            scope=_SCOPE,
            code_challenge_method="S256",
        )
        with client:
            url, _ = client.create_authorization_url(
                self._told()["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(url), flow

    def finish(self, back: str, flow: Flow, *, code: str) -> str:
        """Return the address that the provider vouches for. Raises `SignInFailed`."""
        told = self._told()
        try:
            with OAuth2Session(
                self.client_id, self.client_secret, redirect_uri=back
            ) as client:
                client.trust_env = False
                token = client.fetch_token(
                    told["token_endpoint"],
                    code=code,
                    code_verifier=flow.verifier,
                    timeout=_TIMEOUT,
                )
            claims = self._claims(token, flow, self._get(told["jwks_uri"]))
        except (
            AuthlibBaseError, JoseError, requests.RequestException, KeyError,
            TypeError, ValueError,
        ) as error:  # fmt: skip
            raise SignInFailed(
                f"the provider's answer: {type(error).__name__}"
            ) from error
        return _address(claims)

    def _claims(self, token: Any, flow: Flow, keys: Any) -> CodeIDToken:
        signed = jwt.decode(
            token["id_token"], KeySet.import_key_set(keys), algorithms=_SIGNED
        )
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            },
            params={"nonce": flow.nonce, "client_id": self.client_id}
            | {"access_token": token.get("access_token")},
        )
        claims.validate(now=int(self.wall().timestamp()), leeway=60)
        return claims

    def _told(self) -> dict[str, str]:
        """What the provider says of itself; of another issuer nothing is believed."""
        try:
            told = self._get(
                f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            )
            if told["issuer"] != self.issuer:
                raise SignInFailed("the provider names another issuer")
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            raise SignInFailed(f"the provider: {type(error).__name__}") from error
        return cast("dict[str, str]", told)

    def _get(self, url: str) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=_TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        return answer.json()


def _address(claims: CodeIDToken) -> str:
    """Return an address that was verified: another could be anybody's."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise SignInFailed("the provider names no verified address")
    return email
