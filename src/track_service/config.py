"""Settings: read once from the environment; a wrong value is refused with its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet

from track_service.carriers import carriers
from track_service.carriers.base import COMMON, Carrier, agreed_rate

PREFIX = "TRACK_"


class WrongSetting(Exception):
    """A setting is missing or wrong; the message begins with its name."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mail goes out; `tls` is none, starttls or ssl."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: str = "starttls"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment decides; docs/settings.md tells each one's meaning."""

    secret_keys: tuple[str, ...]
    database_url: str = "sqlite:///track-service.db"
    base_url: str = "http://127.0.0.1:8000"
    smtp: Smtp | None = None
    mail_from: str = "tracking@localhost"
    ops_urls: tuple[str, ...] = ()
    metrics_token: str | None = None
    trusted_proxies: int = 0
    allowed_hosts: tuple[str, ...] = ()
    allowed_private_hosts: tuple[str, ...] = ()
    raw_retention_days: int = 30
    poll_threads: int = 16
    tick_seconds: float = 10.0
    log_level: str = "INFO"
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `TRACK_…` variables. Raises `WrongSetting`, also for names it does not know."""
        return _Reader(env).settings()


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._left = {k: v for k, v in env.items() if k.startswith(PREFIX) and v != ""}

    def settings(self) -> Settings:
        settings = Settings(
            secret_keys=self._keys(),
            database_url=self._take("DATABASE_URL", "sqlite:///track-service.db"),
            base_url=self._url("BASE_URL", "http://127.0.0.1:8000"),
            smtp=self._smtp(),
            mail_from=self._take("MAIL_FROM", "tracking@localhost"),
            ops_urls=self._list("OPS_URLS"),
            metrics_token=self._take("METRICS_TOKEN", "") or None,
            trusted_proxies=self._number("TRUSTED_PROXIES", 0, low=0),
            allowed_hosts=self._list("ALLOWED_HOSTS"),
            allowed_private_hosts=self._list("ALLOWED_PRIVATE_HOSTS"),
            raw_retention_days=self._number("RAW_RETENTION_DAYS", 30, low=1),
            poll_threads=self._number("POLL_THREADS", 16, low=1),
            tick_seconds=float(self._number("TICK_SECONDS", 10, low=1)),
            log_level=self._choice(
                "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")
            ),
            accounts=self.accounts(),
        )
        if self._left:
            raise WrongSetting(f"{min(self._left)}: no setting has this name")
        return settings

    def _take(self, name: str, default: str) -> str:
        return self._left.pop(PREFIX + name, default).strip()

    def _list(self, name: str) -> tuple[str, ...]:
        return tuple(self._take(name, "").split())

    def _number(self, name: str, default: int, *, low: int) -> int:
        text = self._take(name, str(default))
        if not text.isdecimal() or int(text) < low:
            raise WrongSetting(f"{PREFIX}{name}: a whole number from {low} is wanted")
        return int(text)

    def _choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self._take(name, default).upper()
        if text not in allowed:
            raise WrongSetting(f"{PREFIX}{name}: one of {', '.join(allowed)} is wanted")
        return text

    def _url(self, name: str, default: str) -> str:
        text = self._take(name, default).rstrip("/")
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise WrongSetting(f"{PREFIX}{name}: an http(s) URL is wanted")
        return text

    def _keys(self) -> tuple[str, ...]:
        keys = self._list("SECRET_KEYS")
        if not keys:
            raise WrongSetting(
                f"{PREFIX}SECRET_KEYS: missing; make one with `track-service new-key`"
            )
        for key in keys:
            try:
                Fernet(key)
            except ValueError as error:
                raise WrongSetting(
                    f"{PREFIX}SECRET_KEYS: not a key of `track-service new-key`"
                ) from error
        return keys

    def _smtp(self) -> Smtp | None:
        text = self._take("SMTP_URL", "")
        if not text:
            return None
        name = f"{PREFIX}SMTP_URL"
        parts = urlsplit(text)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise WrongSetting(f"{name}: smtp://user:password@host:port is wanted")
        secure = parts.scheme == "smtps"
        tls = "ssl" if secure else parse_qs(parts.query).get("tls", ["starttls"])[-1]
        if tls not in {"none", "starttls", "ssl"}:
            raise WrongSetting(f"{name}: tls is none, starttls or ssl")
        try:
            port = parts.port or (465 if secure else 587)
        except ValueError as error:
            raise WrongSetting(f"{name}: the port is no number") from error
        return Smtp(
            parts.hostname,
            port,
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            tls,
        )

    def accounts(self) -> dict[str, dict[str, str]]:
        """Read `TRACK_CARRIER_<CODE>_<SETTING>`; a half-configured carrier is refused."""
        found: dict[str, dict[str, str]] = {}
        for code, carrier in carriers().items():
            start = f"{PREFIX}CARRIER_{code.upper()}_"
            given = {
                name: self._left.pop(start + name.upper())
                for name in (*carrier.settings, *carrier.optional, *COMMON)
                if start + name.upper() in self._left
            }
            for name in carrier.settings if given else ():
                if name not in given:
                    raise WrongSetting(f"{start}{name.upper()}: missing")
            if given:
                _check_rate(start, carrier, given)
                found[code] = given
        return found


def _check_rate(start: str, carrier: type[Carrier], given: Mapping[str, str]) -> None:
    try:
        agreed_rate(carrier, given)
    except ValueError as error:
        raise WrongSetting(
            f"{start}PER_SECOND or _PER_DAY: no quota: {error}"
        ) from error


def carrier_accounts(env: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Return the settings of each carrier that has an account; nothing else is read."""
    return _Reader(env).accounts()
