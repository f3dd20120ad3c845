"""The TLS side of a connection: certificate authorities, client certificates, and Go's rules where Python's differ."""

import os
import ssl
import tempfile
from pathlib import Path

from k8stui.kube.errors import ConfigError
from k8stui.kube.target import ClientCertificate, Target


def context(target: Target, certificate: ClientCertificate | None = None) -> ssl.SSLContext | None:
    """The context for a target's server; None for plain http, which needs none (building one takes 20 ms).

    Blocks (reads files, parses certificates): call it in a thread.

    Raises:
        ConfigError: the certificate authority or the client certificate cannot be used.
    """
    if target.server.startswith("http:"):
        return None
    try:
        made = ssl.create_default_context(cadata=target.ca or None)
    except (ssl.SSLError, ValueError):
        raise ConfigError(
            f"The certificate authority of cluster {target.context.cluster} is no certificate in PEM: "
            "mend certificate-authority in the kubeconfig."
        ) from None
    # As Go: a CA without the extensions that RFC 5280 asks for is good enough (old EKS and GKE clusters have such),
    # and any certificate given as an authority is one, though it be an intermediate.
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if target.insecure:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        _load(made, certificate, target.credentials.user)
    return made


def _load(made: ssl.SSLContext, certificate: ClientCertificate, user: str) -> None:
    """Give the context a client certificate. OpenSSL wants files: private ones, gone when this returns."""
    with tempfile.TemporaryDirectory(prefix="k8stui-") as folder:
        chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
        _write(chain, certificate.certificate)
        _write(key, certificate.key.reveal())
        try:
            # Without a password of ours OpenSSL would ask for one on the terminal.
            made.load_cert_chain(chain, key, password=lambda: b"")
        except (ssl.SSLError, ValueError):
            raise ConfigError(
                f"The client certificate of user {user} cannot be used: certificate and key must be PEM, belong "
                "together, and the key must not be encrypted."
            ) from None


def _write(path: Path, text: str) -> None:
    """A file that only we can read, whatever the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
