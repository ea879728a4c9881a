import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.http.server import serving

from track_service.http import HttpError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for hooks.example that signs itself: (its file, its key's)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def secure(certificate):
    """A TLS server that notes the names it is asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with serving(context) as running:
        running.names = []
        context.sni_callback = lambda sock, name, ctx: running.names.append(name)
        running.routes["/"] = lambda h: h.reply(200, b"secure")
        yield running


def test_tls_asks_for_the_name_and_trusts_its_certificate(
    make_guarded, secure, certificate
):
    host = f"hooks.example:{secure.port}"
    guarded = make_guarded(
        ("127.0.0.1",), allowed_private_hosts=[host], ca=str(certificate[0])
    )

    assert guarded.get(f"https://{host}/").body == b"secure"
    assert guarded.get(f"https://{host}/").body == b"secure"
    assert secure.names == ["hooks.example"]  # the second call uses the connection


def test_a_certificate_of_another_name_is_not_trusted(
    make_guarded, secure, certificate
):
    guarded = make_guarded(
        ("127.0.0.1",), allowed_private_hosts=["other.example"], ca=str(certificate[0])
    )

    with pytest.raises(HttpError, match=r"^other.example: no trusted connection$"):
        guarded.get(f"https://other.example:{secure.port}/")
    assert secure.names == ["other.example"]
    assert secure.seen == []


def test_a_certificate_of_nobody_we_know_is_not_trusted(make_guarded, secure):
    guarded = make_guarded(("127.0.0.1",), allowed_private_hosts=["hooks.example"])

    with pytest.raises(HttpError, match="no trusted connection"):
        guarded.get(f"https://hooks.example:{secure.port}/")
    assert secure.seen == []
