"""The loopback certificate: accepted by strict verifiers for the names it is for, and for nothing else."""

import asyncio
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from k8stui.clock import WallClock
from k8stui.demo.certificate import make
from tests.support.clock import START

NOW = START


def test_another_implementation_reads_it_and_its_signature_holds() -> None:
    made = make(NOW, ("localhost", "127.0.0.1"))
    found = x509.load_pem_x509_certificate(made.certificate.encode())
    found.verify_directly_issued_by(found)
    key = load_pem_private_key(made.key.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == found.public_key()
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert found.not_valid_before_utc.timestamp() < NOW - 3600
    assert found.not_valid_after_utc.timestamp() > NOW + 9 * 365 * 86_400


def test_two_runs_have_different_keys_and_no_key_is_shown() -> None:
    one, two = make(NOW), make(NOW)
    assert one.key != two.key
    assert "KEY" not in repr(one)


@pytest.mark.parametrize(("host", "good"), [("127.0.0.1", True), ("localhost", True), ("example.org", False)])
async def test_a_strict_client_trusts_it_for_loopback_only(host: str, good: bool) -> None:
    # the machine's own time: TLS libraries read no other clock
    made = make(WallClock().now())
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=made.context())
    port = server.sockets[0].getsockname()[1]
    trust = ssl.create_default_context(cadata=made.certificate)
    trust.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        if good:
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname=host)
            writer.close()
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname=host)
    finally:
        server.close()
        await server.wait_closed()
