"""A self-signed certificate for loopback, made anew for each run with nothing but the standard library.

Clients send no token over plain http (client-go withholds it), so the embedded cluster speaks TLS, and a wheel has no
business to carry a private key. ECDSA over P-256 (FIPS 186-4), DER as RFC 5280 and 5915 say. Not constant in time:
good for a throw-away key on loopback, for nothing else.
"""

import base64
import hashlib
import ipaddress
import secrets
import ssl
import tempfile
import time
from pathlib import Path

from msgspec import Struct

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int]
Jacobian = tuple[int, int, int]

EC_KEY, P256, ECDSA_SHA256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2"
COMMON_NAME, SERVER = "2.5.4.3", "1.3.6.1.5.5.7.3.1"
KEY_ID, USAGE, NAMES, BASIC, AUTHORITY, EXTENDED = (f"2.5.29.{n}" for n in (14, 15, 17, 19, 35, 37))
YEAR = 31_557_600.0


class Certificate(Struct, frozen=True):
    """PEM texts; the certificate is its own authority."""

    certificate: str
    key: str

    def __repr__(self) -> str:
        """Without the key."""
        return "Certificate(loopback)"

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="k8stui-") as folder:  # the ssl module reads keys from files only
            path = Path(folder, "server.pem")
            path.touch(mode=0o600)
            path.write_text(self.certificate + self.key)
            context.load_cert_chain(path)
        return context


def make(now: float, names: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")) -> Certificate:
    """A certificate for these host names and addresses, valid from a day before `now` for ten years."""
    secret = secrets.randbelow(N - 1) + 1
    point = _times(secret, G)
    public = b"\x04" + _fixed(point[0]) + _fixed(point[1])
    body = _body(now, public, names)
    signature = _sign(secret, body)
    whole = _sequence(body, _sequence(_oid(ECDSA_SHA256)), _bits(signature))
    key = _sequence(_integer(1), _tlv(0x04, _fixed(secret)), _tlv(0xA0, _oid(P256)), _tlv(0xA1, _bits(public)))
    return Certificate(_pem("CERTIFICATE", whole), _pem("EC PRIVATE KEY", key))


# ---- the curve


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not y:
        return 0, 1, 0
    slope = 3 * (x - z * z) * (x + z * z)
    four = 4 * x * y * y
    left = (slope * slope - 2 * four) % P
    return left, (slope * (four - left) - 8 * y**4) % P, 2 * y * z % P


def _add(one: Jacobian, two: Jacobian) -> Jacobian:
    if not one[2] or not two[2]:
        return two if not one[2] else one
    z1, z2 = one[2] * one[2] % P, two[2] * two[2] % P
    u1, u2 = one[0] * z2 % P, two[0] * z1 % P
    s1, s2 = one[1] * z2 * two[2] % P, two[1] * z1 * one[2] % P
    if u1 == u2:
        return _double(one) if s1 == s2 else (0, 1, 0)
    wide, high = (u2 - u1) % P, (s2 - s1) % P
    square = wide * wide % P
    cube, base = square * wide % P, u1 * square % P
    left = (high * high - cube - 2 * base) % P
    return left, (high * (base - left) - s1 * cube) % P, wide * one[2] * two[2] % P


def _times(number: int, point: Point) -> Point:
    """`number` times a point of the curve."""
    total: Jacobian = (0, 1, 0)
    step: Jacobian = (*point, 1)
    while number:
        if number & 1:
            total = _add(total, step)
        step = _double(step)
        number >>= 1
    inverse = pow(total[2], -1, P)
    return total[0] * inverse * inverse % P, total[1] * pow(inverse, 3, P) % P


def _sign(secret: int, message: bytes) -> bytes:
    """An ECDSA signature (r, s) as DER."""
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        nonce = secrets.randbelow(N - 1) + 1
        r = _times(nonce, G)[0] % N
        s = pow(nonce, -1, N) * (digest + r * secret) % N
        if r and s:
            return _sequence(_integer(r), _integer(s))


# ---- DER


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(value: bytes, unused: int = 0) -> bytes:
    return _tlv(0x03, bytes((unused,)) + value)


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray((first * 40 + second,))
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(arc & 127 | 128)
        out += bytes(reversed(groups))
    return _tlv(0x06, bytes(out))


def _time(at: float) -> bytes:
    """UTCTime up to 2049, GeneralizedTime from then on."""
    parts = time.gmtime(at)
    if parts.tm_year < 2050:
        return _tlv(0x17, time.strftime("%y%m%d%H%M%SZ", parts).encode())
    return _tlv(0x18, time.strftime("%Y%m%d%H%M%SZ", parts).encode())


def _fixed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return _sequence(_oid(oid), _tlv(0x01, b"\xff") if critical else b"", _tlv(0x04, value))


def _host(name: str) -> bytes:
    try:
        return _tlv(0x87, ipaddress.ip_address(name).packed)
    except ValueError:
        return _tlv(0x82, name.encode())


def _body(now: float, public: bytes, names: tuple[str, ...]) -> bytes:
    """The part that is signed: everything a strict verifier asks of an authority and of a server."""
    name = _sequence(_tlv(0x31, _sequence(_oid(COMMON_NAME), _tlv(0x0C, b"k8stui embedded cluster"))))
    mark = hashlib.sha256(public).digest()[:20]
    extensions = _sequence(
        _extension(BASIC, _sequence(_tlv(0x01, b"\xff")), critical=True),
        _extension(USAGE, _bits(b"\x84", 2), critical=True),  # digitalSignature, keyCertSign
        _extension(EXTENDED, _sequence(_oid(SERVER))),
        _extension(KEY_ID, _tlv(0x04, mark)),
        _extension(AUTHORITY, _sequence(_tlv(0x80, mark))),
        _extension(NAMES, _sequence(*map(_host, names))),
    )
    return _sequence(
        _tlv(0xA0, _integer(2)),
        _integer(secrets.randbits(120)),
        _sequence(_oid(ECDSA_SHA256)),
        name,
        _sequence(_time(now - 86_400), _time(now + 10 * YEAR)),
        name,
        _sequence(_sequence(_oid(EC_KEY), _oid(P256)), _bits(public)),
        _tlv(0xA3, extensions),
    )


def _pem(label: str, raw: bytes) -> str:
    text = base64.b64encode(raw).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
