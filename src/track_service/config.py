"""Settings: read once from the environment; a wrong value is refused with its name."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import idna
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from track_service.carriers import carriers
from track_service.carriers.base import COMMON, Carrier, agreed_rate
from track_service.channels.apprise_urls import SCHEMES, is_allowed
from track_service.channels.base import DeliveryError
from track_service.channels.email.letter import mailbox

PREFIX = "TRACK_"
_NO_HOST = frozenset("/@?#,;")
_SERVER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[1-9][0-9]{0,4})?")
_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",  # as some hosts write it
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class WrongSetting(Exception):
    """A setting is missing or wrong; the message begins with its name."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mail goes out; `tls` is none, starttls or ssl."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: str = "starttls"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment decides; docs/settings.md tells each one's meaning."""

    secret_keys: tuple[str, ...] = field(repr=False)
    database_url: str = field(default="sqlite:///track-service.db", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    smtp: Smtp | None = None
    mail_from: str = "tracking@localhost"
    ops_urls: tuple[str, ...] = field(default=(), repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0
    allowed_hosts: tuple[str, ...] = ()
    allowed_private_hosts: tuple[str, ...] = ()
    dns_server: str | None = None
    raw_retention_days: int = 30
    poll_threads: int = 16
    tick_seconds: float = 10.0
    page_seconds: int = 1
    log_level: str = "INFO"
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    fallback: Mapping[str, str] = field(default_factory=dict)
    fallback_hours: int = 24

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `TRACK_…` variables. Raises `WrongSetting`, also for names it does not know."""
        return _Reader(env).settings()


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        given = {k: v.strip() for k, v in env.items() if k.startswith(PREFIX)}
        self._left = {name: value for name, value in given.items() if value}

    def settings(self) -> Settings:
        settings = Settings(
            secret_keys=self._keys(),
            database_url=self._database("sqlite:///track-service.db"),
            base_url=self._url("BASE_URL", "http://127.0.0.1:8000"),
            smtp=self._smtp(),
            mail_from=self._mailbox("MAIL_FROM", "tracking@localhost"),
            ops_urls=self._ops_urls(),
            metrics_token=self._take("METRICS_TOKEN", "") or None,
            **self._oidc(),
            trusted_proxies=self._number("TRUSTED_PROXIES", 0, range(10)),
            allowed_hosts=self._hosts("ALLOWED_HOSTS"),
            allowed_private_hosts=self._hosts("ALLOWED_PRIVATE_HOSTS"),
            dns_server=self._server("DNS_SERVER"),
            raw_retention_days=self._number("RAW_RETENTION_DAYS", 30, range(1, 3651)),
            # Each has a connection; PostgreSQL grants a hundred unless told otherwise.
            poll_threads=self._number("POLL_THREADS", 16, range(1, 65)),
            page_seconds=self._number("PAGE_SECONDS", 1, range(61)),
            tick_seconds=float(self._number("TICK_SECONDS", 10, range(1, 3601))),
            log_level=self._choice(
                "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")
            ),
            accounts=(accounts := self.accounts()),
            fallback=_fallbacks(self._list("FALLBACK"), accounts),
            fallback_hours=self._number("FALLBACK_HOURS", 24, range(1, 721)),
        )
        if self._take("BROKER_URL", ""):
            raise WrongSetting(
                f"{PREFIX}BROKER_URL: no broker is supported yet; any number of"
                " workers share the jobs by the database"
            )
        if self._left:
            raise WrongSetting(f"{min(self._left)}: no setting has this name")
        return settings

    def _take(self, name: str, default: str) -> str:
        return self._left.pop(PREFIX + name, default)

    def _list(self, name: str) -> tuple[str, ...]:
        return tuple(self._take(name, "").split())

    def _hosts(self, name: str) -> tuple[str, ...]:
        hosts = self._list(name)
        if any(not _NO_HOST.isdisjoint(host) for host in hosts):
            raise WrongSetting(
                f"{PREFIX}{name}: hosts with blanks between them are wanted, no URLs"
            )
        return hosts

    def _server(self, name: str) -> str | None:
        server = self._take(name, "") or None
        if server is not None and not _SERVER.fullmatch(server):
            raise WrongSetting(
                f"{PREFIX}{name}: an IPv4 address is wanted, or address:port"
            )
        return server

    def _number(self, name: str, default: int, allowed: range) -> int:
        text = self._take(name, str(default))
        if not (text.isdecimal() and len(text) < 10 and int(text) in allowed):
            raise WrongSetting(
                f"{PREFIX}{name}: a whole number of {allowed[0]} to {allowed[-1]}"
                " is wanted"
            )
        return int(text)

    def _choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self._take(name, default).upper()
        if text not in allowed:
            raise WrongSetting(f"{PREFIX}{name}: one of {', '.join(allowed)} is wanted")
        return text

    def _url(self, name: str, default: str) -> str:
        return _web_url(PREFIX + name, self._take(name, default))

    def _database(self, default: str) -> str:
        name = f"{PREFIX}DATABASE_URL"
        try:
            url = make_url(self._take("DATABASE_URL", default))
        except (ArgumentError, ValueError):
            url = None
        if url is None or url.drivername not in _DRIVERS:
            raise WrongSetting(f"{name}: a sqlite:/// or postgresql:// URL is wanted")
        if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
            raise WrongSetting(f"{name}: a file is wanted, that all threads can share")
        url = url.set(drivername=_DRIVERS[url.drivername])
        return url.render_as_string(hide_password=False)

    def _mailbox(self, name: str, default: str) -> str:
        text = self._take(name, default)
        try:
            mailbox(text, "sender")
        except DeliveryError as error:
            raise WrongSetting(f"{PREFIX}{name}: no e-mail address") from error
        return text

    def _ops_urls(self) -> tuple[str, ...]:
        urls = self._list("OPS_URLS")
        if not all(map(is_allowed, urls)):
            raise WrongSetting(
                f"{PREFIX}OPS_URLS: Apprise URLs with blanks between them are wanted,"
                f" of {', '.join(sorted(SCHEMES))}"
            )
        return urls

    def _oidc(self) -> dict[str, str]:
        names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
        given = {n: v for n in names if (v := self._take(n.upper(), ""))}
        if given and len(given) < len(names):
            missing = next(name for name in names if name not in given)
            raise WrongSetting(f"{PREFIX}{missing.upper()}: missing beside the others")
        if given and not given["oidc_issuer"].startswith(("https://", "http://127.")):
            raise WrongSetting(f"{PREFIX}OIDC_ISSUER: an https URL is wanted")
        return given

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
        parts, port = _split(name, text)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise WrongSetting(f"{name}: smtp://user:password@host:port is wanted")
        secure = parts.scheme == "smtps"
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        tls = options.pop("tls", "ssl" if secure else "starttls")
        if options or tls not in ({"ssl"} if secure else {"none", "starttls", "ssl"}):
            raise WrongSetting(
                f"{name}: the one option is tls, which is none, starttls or ssl"
            )
        return Smtp(
            parts.hostname,
            port or (465 if tls == "ssl" else 587),
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
            if "base_url" in given:
                given["base_url"] = _web_url(f"{start}BASE_URL", given["base_url"])
            if given:
                _check_rate(start, carrier, given)
                found[code] = given
        return found


def _fallbacks(pairs: Iterable[str], accounts: Collection[str]) -> dict[str, str]:
    """Read `ups:17track *:aftership` to the aggregator of each carrier.

    `*` is every carrier that is no aggregator and is not named itself.
    """
    name, known = f"{PREFIX}FALLBACK", carriers()
    direct = {code for code, carrier in known.items() if not carrier.aggregator}
    found: dict[str, str] = {}
    for pair in pairs:
        own, _, guest = pair.partition(":")
        if own not in direct | {"*"} or own in found:
            raise WrongSetting(f"{name}: {own!r} is no carrier, or stands there twice")
        if guest not in known.keys() - direct or guest not in accounts:
            raise WrongSetting(f"{name}: {guest!r} is no aggregator with an account")
        found[own] = guest
    everybody = found.pop("*", None)
    return dict.fromkeys(direct, everybody) | found if everybody else found


def _check_rate(start: str, carrier: type[Carrier], given: Mapping[str, str]) -> None:
    for name in {"per_second", "per_day"} & given.keys():
        try:
            agreed_rate(carrier, {name: given[name]})
        except ValueError as error:
            raise WrongSetting(f"{start}{name.upper()}: this is no quota") from error


def _web_url(name: str, text: str) -> str:
    """Return an http(s) URL without a slash at its end, its host as the DNS has it.

    Browsers ask for a host in IDNA's ASCII form, however it was typed.
    """
    parts, _ = _split(name, text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WrongSetting(f"{name}: an http(s) URL is wanted")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise WrongSetting(f"{name}: a URL without user, ? and # is wanted")
    if not parts.netloc.isascii():
        parts = parts._replace(netloc=_ascii_host(name, parts))
    return parts.geturl().rstrip("/")


def _ascii_host(name: str, parts: SplitResult) -> str:
    try:
        host = idna.encode(parts.hostname or "", uts46=True).decode()
    except idna.IDNAError as error:
        raise WrongSetting(f"{name}: this is no host") from error
    return f"{host}:{parts.port}" if parts.port else host


def _split(name: str, url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongSetting(f"{name}: this is no URL") from error
    return parts, port


def is_configured(carrier: type[Carrier], env: Mapping[str, str]) -> bool:
    """Tell whether an account of a carrier is set; nothing else is read or checked."""
    start = f"{PREFIX}CARRIER_{carrier.code.upper()}_"
    wanted = carrier.settings or (*carrier.optional, *COMMON)
    given = [bool(env.get(start + name.upper(), "").strip()) for name in wanted]
    return all(given) if carrier.settings else any(given)
