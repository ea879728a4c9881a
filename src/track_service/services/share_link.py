"""Share link: the words in the address of a parcel that is shown to others."""

import hmac
from base64 import urlsafe_b64encode

from track_service.core.parcel import Shipment


def share_key(shipment: Shipment) -> str:
    """Return `<public id>.<digest>`: 128 bits that only the page's token brings forth."""
    name = shipment.public_id
    digest = hmac.digest(shipment.token.encode(), f"share {name}".encode(), "sha256")
    return f"{name}.{urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"
