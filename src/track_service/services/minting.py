"""Where names that nobody can guess come from: an argument, so that tests can fix it."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass


def _secret() -> str:
    return secrets.token_urlsafe(16)


def _name() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Mint:
    """`secret` gives 128 random bits as 22 URL-safe characters, `name` a UUID."""

    secret: Callable[[], str] = _secret
    name: Callable[[], str] = _name
