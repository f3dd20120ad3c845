"""One context of the merged kubeconfig as a Target: the cluster's half, put together with the user's."""

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from k8stui.kube.errors import ConfigError
from k8stui.kube.files import resolve
from k8stui.kube.kubeconfig_merge import Merged, Named, known, lookup
from k8stui.kube.kubeconfig_user import API, credentials, fit_for_a_header, impersonation, pem_data, pem_file
from k8stui.kube.proxy import Proxy, from_environment, from_url, is_local
from k8stui.kube.target import Context, CredentialSpec, Secret, Target
from k8stui.kube.yamlfile import Entry
from k8stui.model.text import clean
from k8stui.settings import Overrides

_URL: Final = re.compile(r"[\x21-\x7e]+")


class _Trust(Struct, frozen=True):
    """How the server's certificate is checked."""

    ca: str | None = None
    insecure: bool = False
    files: tuple[Path, ...] = ()


def cluster_server(merged: Merged, cluster: str) -> str:
    """The server a cluster's entry names, for showing: without user and password; "" where there is none."""
    named = merged.clusters.get(cluster)
    return shown_server(named.entry.text("server")) if named else ""


def shown_server(text: str) -> str:
    """An address for showing, whatever it is: without user and password."""
    head, at, tail = text.rpartition("@")
    return head.partition("//")[0] + "//" + tail if at and "//" in head else tail


def target(
    merged: Merged, context: Context, overrides: Overrides, environ: Mapping[str, str]
) -> tuple[Target, tuple[Path, ...]]:
    """What a connection needs for that context, and the certificate files that were read for it.

    Args:
        merged: the kubeconfig.
        context: with the flags already in it.
        overrides: the flags that count for it.
        environ: for proxies and exec plugins.

    Raises:
        ConfigError: the cluster or the user is missing or cannot be used.
    """
    cluster, user = _cluster(merged, context, overrides), _user(merged, context, overrides)
    trust = _trust(cluster, overrides)
    secure = bool(trust.ca or trust.insecure or (user and _has_certificate(user.entry)))
    server = _server(cluster, context, overrides, secure)
    proxy_text = cluster.entry.text("proxy-url") if cluster else ""
    proxy = _proxy(proxy_text, context, server, environ)
    name = "" if overrides.server or cluster is None else cluster.entry.text("tls-server-name")
    compression = not (cluster is not None and cluster.entry.flag("disable-compression"))
    info = _cluster_info(cluster, server, trust, name, proxy_text, compression)
    spec, notice = _credentials(user, overrides, server, info, environ)
    made = Target(
        context=context,
        server=server,
        ca=trust.ca,
        insecure=trust.insecure,
        tls_server_name=clean(name) or None,
        proxy_url=proxy.url if proxy else None,
        proxy_authorization=proxy.authorization if proxy else None,
        compression=compression,
        credentials=spec,
        impersonation=impersonation(user, overrides),
        notice=notice,
    )
    pems = (pem.path for pem in (spec.certificate, spec.key) if pem and pem.path)
    return made, (*trust.files, *pems)


def parse_server(text: str, where: str, *, secure: bool = True) -> str:
    """A server's address as client-go takes it: a URL, or `host:port` alone.

    Args:
        text: what the kubeconfig or --server says.
        where: names it in errors.
        secure: whether an address without a scheme means https.

    Raises:
        ConfigError: no address.
    """
    if "://" not in text:
        text = f"{'https' if secure else 'http'}://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"{where} is not an address: write https://host:port (IPv6: https://[::1]:port)") from None
    if parts.scheme not in ("http", "https") or not host or not _URL.fullmatch(text):
        raise ConfigError(f"{where} is not an address: write https://host:port (IPv6: https://[::1]:port)")
    if parts.username or parts.password:
        raise ConfigError(f"{where} holds a user or a password: move them to the user's entry")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    return f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}"


def _cluster(merged: Merged, context: Context, overrides: Overrides) -> Named | None:
    """The cluster's entry; None is fine where --server says all that is needed."""
    if overrides.server and context.cluster not in merged.clusters and not overrides.cluster:
        return None
    if not context.cluster:
        raise ConfigError(f"The context {context.name} names no cluster; {known(merged.clusters, 'cluster')}")
    asked_by = "--cluster" if overrides.cluster else f"The context {context.name}"
    return lookup(merged.clusters, context.cluster, "cluster", asked_by)


def _user(merged: Merged, context: Context, overrides: Overrides) -> Named | None:
    """The user's entry; None is an anonymous one, or one whose token --token gives."""
    if not context.user or (overrides.token and context.user not in merged.users):
        return None
    asked_by = "--user" if overrides.user else f"The context {context.name}"
    return lookup(merged.users, context.user, "user", asked_by)


def _trust(cluster: Named | None, overrides: Overrides) -> _Trust:
    """The certificate authority; either of its two flags replaces all that the entry says of it."""
    flag = overrides.certificate_authority
    if flag is not None and overrides.insecure_skip_tls_verify:
        raise ConfigError("--certificate-authority and --insecure-skip-tls-verify contradict each other: give one")
    if flag is not None:
        path = flag.absolute()
        return _Trust(pem_file(path, "The file of --certificate-authority"), files=(path,))
    if overrides.insecure_skip_tls_verify or cluster is None:
        return _Trust(insecure=bool(overrides.insecure_skip_tls_verify))
    entry, of = cluster.entry, f"cluster {cluster.name}"
    data, file = pem_data(entry, "certificate-authority-data", of), entry.text("certificate-authority")
    insecure = entry.flag("insecure-skip-tls-verify") and overrides.insecure_skip_tls_verify is None
    if data and file:
        raise entry.error(
            f"the {of} has both certificate-authority and certificate-authority-data: remove one of them",
            "certificate-authority",
        )
    if insecure and (data or file):
        raise entry.error(
            f"the {of} has a certificate-authority and insecure-skip-tls-verify: remove one of them",
            "insecure-skip-tls-verify",
        )
    if not file:
        return _Trust(data or None, insecure)
    path = resolve(file, cluster.base)
    return _Trust(pem_file(path, f"The certificate-authority of the {of}"), insecure, (path,))


def _server(cluster: Named | None, context: Context, overrides: Overrides, secure: bool) -> str:
    text = overrides.server or (cluster.entry.text("server") if cluster else "")
    if cluster is not None and not text:
        raise cluster.entry.error(f"the cluster {cluster.name} has no server")
    where = "The address of --server" if overrides.server else f"The server of the cluster {context.cluster}"
    return parse_server(text.strip(), where, secure=secure)


def _proxy(proxy_text: str, context: Context, server: str, environ: Mapping[str, str]) -> Proxy | None:
    if proxy_text:
        return from_url(proxy_text, f"The proxy-url of the cluster {context.cluster}")
    return from_environment(server, environ)


def _has_certificate(entry: Entry) -> bool:
    return entry.has("client-certificate") or entry.has("client-certificate-data")


def _credentials(
    user: Named | None, overrides: Overrides, server: str, info: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[CredentialSpec, str]:
    """Who we are, and a notice where that is not sent.

    kubectl sends no credentials at all over plain http. To this machine itself we do send tokens (the embedded
    cluster is reached so), but run no plugin and show no certificate.
    """
    name = user.name if user else ""
    if overrides.token:
        fit_for_a_header(overrides.token)
        spec = CredentialSpec(user=name, token=Secret(overrides.token.strip()))
    else:
        spec = credentials(user, info, environ) if user else CredentialSpec()
    if server.startswith("https://") or spec == CredentialSpec(user=name):
        return spec, ""
    if is_local(urlsplit(server).hostname or ""):
        return CredentialSpec(user=name, token=spec.token, token_file=spec.token_file, basic=spec.basic), ""
    return CredentialSpec(user=name), f"Credentials are not sent to {server}: it is plain http; use https"


def _cluster_info(
    cluster: Named | None, server: str, trust: _Trust, name: str, proxy_text: str, compression: bool
) -> Mapping[str, Any]:
    """spec.cluster of an ExecCredential (client.authentication.k8s.io)."""
    info: dict[str, Any] = {"server": server}
    if name:
        info["tls-server-name"] = name
    if trust.insecure:
        info["insecure-skip-tls-verify"] = True
    if trust.ca:
        info["certificate-authority-data"] = b64encode(trust.ca.encode()).decode()
    if proxy_text:
        info["proxy-url"] = proxy_text
    if not compression:
        info["disable-compression"] = True
    for extension in cluster.entry.entries("extensions") if cluster else ():
        if extension.text("name") == f"{API}/exec":
            info["config"] = extension.plain("extension")
    return info
