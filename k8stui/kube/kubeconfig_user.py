"""A user of the kubeconfig as credentials, by kubectl's rules of what may stand together."""

import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from k8stui.kube.errors import ConfigError
from k8stui.kube.files import read_text, resolve
from k8stui.kube.kubeconfig_merge import Named
from k8stui.kube.target import CredentialSpec, Exec, Impersonation, Pem, Secret
from k8stui.kube.yamlfile import Entry
from k8stui.model.text import clean
from k8stui.settings import Overrides

API: Final = "client.authentication.k8s.io"
VERSIONS: Final = (f"{API}/v1", f"{API}/v1beta1")

_PROVIDERS: Final = MappingProxyType(
    {
        "oidc": "use the exec plugin kubelogin instead (kubectl oidc-login setup)",
        "gcp": "use the exec plugin gke-gcloud-auth-plugin instead (gcloud container clusters get-credentials)",
        "azure": "use the exec plugin kubelogin instead (kubelogin convert-kubeconfig)",
    }
)
_UNFIT_FOR_A_HEADER = re.compile(r"[^\x21-\x7e]")


def credentials(user: Named, cluster_info: Mapping[str, Any], environ: Mapping[str, str]) -> CredentialSpec:
    """How that user proves who they are.

    Args:
        user: the entry.
        cluster_info: spec.cluster of KUBERNETES_EXEC_INFO, for a plugin that wants it.
        environ: the environment an exec plugin inherits.

    Raises:
        ConfigError: two ways at once, a key without its certificate, broken base64, an auth-provider, …
    """
    entry = user.entry
    token, token_file = entry.text("token").strip(), entry.text("tokenFile")
    name, password = entry.text("username"), entry.text("password")
    if token and (name or password):
        raise entry.error(f"the user {user.name} has both a token and a username: remove one of them", "token")
    fit_for_a_header(token)
    certificate, key = _client_pem(user, "client-certificate"), _client_pem(user, "client-key")
    if certificate and not key:
        raise entry.error(f"the user {user.name} has a client-certificate but no client-key", "client-certificate")
    plugin = _exec(user, cluster_info, environ) if entry.has("exec") else None
    spec = CredentialSpec(
        user=user.name,
        token=Secret(token) if token else None,
        token_file=resolve(token_file, user.base) if token_file else None,
        basic=Secret(f"{name}:{password}") if name or password else None,
        certificate=certificate,
        key=key if certificate else None,
        exec=plugin,
    )
    if entry.has("auth-provider") and not (spec.token or spec.token_file or spec.basic):
        raise _auth_provider(user)
    return spec


def impersonation(user: Named | None, overrides: Overrides) -> Impersonation:
    """Whom to act as: each flag goes before what the user's entry says.

    Raises:
        ConfigError: groups, a uid or extras without a user to act as; line ends in one of them.
    """
    entry = user.entry if user else None
    found = Impersonation(
        user=overrides.impersonate_user or (entry.text("as") if entry else ""),
        groups=overrides.impersonate_groups or (entry.texts("as-groups") if entry else ()),
        uid=overrides.impersonate_uid or (entry.text("as-uid") if entry else ""),
        extra=entry.lists("as-user-extra") if entry else (),
    )
    if not found.user and (found.groups or found.uid or found.extra):
        raise ConfigError("A group, a uid or extras to act as need a user to act as: add --as (or `as` to the user)")
    if any(not value.isprintable() for _, value in found.headers()):
        raise ConfigError("The user or group to act as holds control characters: check --as and --as-group")
    return found


def fit_for_a_header(token: str) -> None:
    """Raises ConfigError for a token that no HTTP header can carry; the token is not in it."""
    if _UNFIT_FOR_A_HEADER.search(token.strip()):
        raise ConfigError("The token holds white space or other characters that no token has: copy it again")


def pem_data(entry: Entry, key: str, of: str) -> str:
    """The text behind a base64 field (`certificate-authority-data`), "" when it is absent.

    Raises:
        ConfigError: not base64, not PEM.
    """
    text = "".join(entry.text(key).split())
    if not text:
        return ""
    try:
        raw = b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        raise entry.error(f"{key} of the {of} is not base64 of a PEM file", key) from None
    if "-----BEGIN " not in raw:
        raise entry.error(f"{key} of the {of} holds no PEM (-----BEGIN …)", key)
    return raw


def pem_file(path: Path, what: str) -> str:
    """The text of a PEM file. Raises ConfigError: not readable, not PEM."""
    text = read_text(path, what)
    if "-----BEGIN " not in text:
        raise ConfigError(f"{what} {clean(str(path), 256)} holds no PEM (-----BEGIN …)")
    return text + "\n"


def _client_pem(user: Named, key: str) -> Pem | None:
    """A certificate or key given as data or as a file; a file is read when it is needed, so that a new one counts."""
    entry, of = user.entry, f"user {user.name}"
    data, path = pem_data(entry, f"{key}-data", of), entry.text(key)
    if data and path:
        raise entry.error(f"the {of} has both {key} and {key}-data: remove one of them", key)
    if data:
        return Pem(data=Secret(data))
    if not path:
        return None
    found = resolve(path, user.base)
    pem_file(found, f"The {key} of the {of}")
    return Pem(path=found)


def _auth_provider(user: Named) -> ConfigError:
    provider = user.entry.entry("auth-provider")
    name = clean(provider.text("name"), 64) if provider else ""
    way = _PROVIDERS.get(name, "use an exec credential plugin instead")
    return user.entry.error(
        f"the user {user.name} logs in by the auth-provider {name}, which kubectl has dropped or will drop: {way}",
        "auth-provider",
    )


def _exec(user: Named, cluster_info: Mapping[str, Any], environ: Mapping[str, str]) -> Exec:
    """The exec section. Raises ConfigError where kubectl would refuse it."""
    entry = user.entry.entry("exec")
    assert entry is not None
    if user.entry.has("auth-provider"):
        raise entry.error(f"the user {user.name} has both exec and auth-provider: remove auth-provider")
    command, version, mode = entry.text("command"), entry.text("apiVersion"), entry.text("interactiveMode")
    if not command:
        raise entry.error(f"the exec section of the user {user.name} names no command")
    if version not in VERSIONS:
        raise entry.error(
            f"the exec section of the user {user.name} must say apiVersion: {VERSIONS[0]} (or …/v1beta1); "
            "update the plugin and write its kubeconfig anew",
            "apiVersion",
        )
    if not mode and version == VERSIONS[0]:
        raise entry.error(
            f"the exec section of the user {user.name} must say interactiveMode: Never, IfAvailable or Always"
        )
    if mode not in ("", "Never", "IfAvailable", "Always"):
        raise entry.error("interactiveMode must be Never, IfAvailable or Always", "interactiveMode")
    return Exec(
        command=str(resolve(command, user.base)) if "/" in command else command,
        args=entry.texts("args"),
        env=_environment(entry, environ),
        api_version=version,
        interactive=mode or "IfAvailable",
        install_hint=clean(" ".join(entry.text("installHint").split()), 512),
        cluster=dict(cluster_info) if entry.flag("provideClusterInfo") else None,
    )


def _environment(entry: Entry, environ: Mapping[str, str]) -> Mapping[str, Secret]:
    found = {name: Secret(value) for name, value in environ.items()}
    for item in entry.entries("env"):
        name = item.text("name")
        if not name or "=" in name or "\0" in name:
            raise item.error("each env of an exec section needs a name without =")
        found[name] = Secret(item.text("value"))
    return MappingProxyType(found)
