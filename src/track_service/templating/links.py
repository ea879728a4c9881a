"""Links: what a shop or a carrier gave us, let through only where it is safe to link."""

import re
from urllib.parse import quote, urlsplit

_MAIL = re.compile(r"[^\s@<>\"',:;?&#%]+@[^\s@<>\"',:;?&#%]+")


def web_link(url: object) -> str | None:
    """Return an http(s) address, None for anything else (`javascript:`, a relative)."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return url.strip() if is_web else None


def local_path(path: object) -> str | None:
    """Return a path on our own origin, None for another origin's address."""
    is_local = isinstance(path, str) and re.fullmatch(r"/[^/\\\s][^\\\s]*", path)
    return str(path) if is_local else None


def mail_link(address: str | None) -> str | None:
    """Return `mailto:` for an address that is one."""
    if not address or not _MAIL.fullmatch(address.strip()):
        return None
    return f"mailto:{quote(address.strip(), safe='@+')}"


def phone_link(number: str | None) -> str | None:
    """Return `tel:` with the digits of a number."""
    digits = re.sub(r"[^\d+]", "", number or "")
    return f"tel:{digits}" if digits else None
