"""DNS: the texts that a domain's holder has put there (TXT records, RFC 1035 §3.3.14)."""

import dns.exception
import dns.resolver

from track_service.http.answer import HttpError

_LIFETIME = 5.0  # seconds, for all tries together


class Dns:
    """Asks the system's resolvers, or the one at `server` (`address` or `address:port`)."""

    def __init__(self, server: str | None = None) -> None:
        self._server = server

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a name's texts, none where it surely has none.

        Raises `HttpError` where nobody could tell.
        """
        try:
            found = self._resolver().resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise HttpError(f"{name}: {type(error).__name__}") from error
        return tuple(b"".join(one.strings).decode("latin-1") for one in found)

    def _resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=self._server is None)
        made.lifetime = _LIFETIME
        if self._server is not None:
            address, _, port = self._server.partition(":")
            made.nameservers, made.port = [address], int(port or 53)
        return made
