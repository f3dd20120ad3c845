"""The kubeconfig by kubectl's rules: which files, which context, and what that context comes down to.

Deviations from kubectl, all on the safe side: flags that say who we are or where the server is count only for the
context the program was started with, and not for one switched to; `--token` is used alone, without the user's client
certificate (which the server would prefer); `--insecure-skip-tls-verify=false` switches checking on again; without
any configuration there is a sentence instead of http://localhost:8080.
"""

from collections.abc import Mapping
from json import dumps
from pathlib import Path
from typing import Any, Final

from k8stui.kube.errors import ConfigError
from k8stui.kube.files import Stamp, read_text, shown, stamp
from k8stui.kube.kubeconfig_cluster import cluster_server, shown_server, target
from k8stui.kube.kubeconfig_merge import Merged, Named, add, known, locations, merge
from k8stui.kube.target import (
    ClientCertificate,
    Context,
    CredentialSpec,
    Exec,
    Impersonation,
    Pem,
    Secret,
    Target,
)
from k8stui.model.text import clean
from k8stui.settings import Overrides, Settings

__all__ = [
    "ClientCertificate",
    "Context",
    "CredentialSpec",
    "Exec",
    "Impersonation",
    "Kubeconfig",
    "Pem",
    "Secret",
    "Target",
    "from_config",
    "load",
]

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
IN_CLUSTER: Final = "in-cluster"
FLAGS: Final = "(flags)"
"""Name of the context that --server or --cluster make where no context is chosen."""


class Kubeconfig:
    """The merged files as they were when read; immutable but for the list of files to watch.

    Attributes:
        contexts: all of them, in the files' order.
        current: the context to start with (--context, else current-context), "" where none is chosen.
    """

    def __init__(
        self, merged: Merged, settings: Settings, environ: Mapping[str, str], service_account: Path, start: str = ""
    ) -> None:
        """Use `load`."""
        self._merged = merged
        self._settings = settings
        self._environ = dict(environ)
        self._service_account = service_account
        self._watched: dict[Path, Stamp] = dict(merged.stamps)
        self.current = start or clean(settings.overrides.context or "") or merged.current
        self.contexts = tuple(self._context(named) for named in merged.contexts.values())

    def __repr__(self) -> str:
        return f"Kubeconfig(current={self.current!r}, contexts={len(self.contexts)})"

    def target(self, context_name: str | None = None) -> Target:
        """What a connection needs for that context (None: the one to start with). Reads certificate files.

        Raises:
            ConfigError: no such context, cluster or user, or one that cannot be used.
        """
        name = context_name or self.current
        if not name:
            raise ConfigError(self._nothing_chosen())
        named = self._merged.contexts.get(name)
        if named is None:
            raise ConfigError(f"There is no context {name}; {known(self._merged.contexts, 'context')}")
        overrides = self._settings.overrides if name == self.current else _elsewhere(self._settings.overrides)
        found, used = target(self._merged, self._context(named), overrides, self._environ)
        self._watched.update((path, stamp(path)) for path in used if path not in self._watched)
        return found

    def changed(self) -> bool:
        """Whether a kubeconfig file, or a certificate file of a target made so far, is no longer what was read."""
        return any(stamp(path) != was for path, was in list(self._watched.items()))

    def reread(self) -> "Kubeconfig":
        """The files as they are now. The context to start with stays the same, whatever current-context says now.

        Raises:
            ConfigError: as `load`.
        """
        return _load(self._settings, self._environ, self._service_account, self.current)

    def _context(self, named: Named) -> Context:
        """The entry with the flags that count for it."""
        entry, mine = named.entry, named.name == self.current
        overrides = self._settings.overrides if mine else Overrides()
        cluster = overrides.cluster or entry.text("cluster")
        return Context(
            name=named.name,
            cluster=clean(cluster),
            user=clean(overrides.user or entry.text("user")),
            namespace=clean(overrides.namespace or entry.text("namespace")),
            server=clean(shown_server(overrides.server or "") or cluster_server(self._merged, clean(cluster))),
            protected=self._settings.is_protected(named.name),
            read_only=self._settings.is_read_only(named.name),
        )

    def _nothing_chosen(self) -> str:
        if self._merged.empty:
            return (
                f"There is no kubeconfig at {_list(self._merged.files)}, and this is no pod with a service account: "
                "give --kubeconfig FILE, set KUBECONFIG, or try k8stui --demo"
            )
        return (
            f"No context is chosen: {_list(self._merged.files)} has no current-context; give --context NAME; "
            f"{known(self._merged.contexts, 'context')}"
        )


def load(settings: Settings, environ: Mapping[str, str], *, service_account: Path = SERVICE_ACCOUNT) -> Kubeconfig:
    """Read the kubeconfig. Blocks on small files: call it in a thread once the screen is up.

    Args:
        settings: --kubeconfig and the overrides.
        environ: KUBECONFIG, HOME, the proxies, KUBERNETES_SERVICE_HOST; exec plugins inherit all of it.
        service_account: where a pod finds its token.

    Raises:
        ConfigError: a file that cannot be read or understood. That no configuration is there, or that the context
            to start with is missing, is said by `target`.
    """
    return _load(settings, environ, service_account, "")


def from_config(config: Mapping[str, Any], settings: Settings, environ: Mapping[str, str]) -> Kubeconfig:
    """A kubeconfig that stands in no file: the embedded cluster's own. Raises ConfigError."""
    merged = Merged()
    _add(merged, dict(config), "the embedded cluster's kubeconfig")
    return Kubeconfig(merged, settings, environ, SERVICE_ACCOUNT)


def _load(settings: Settings, environ: Mapping[str, str], service_account: Path, start: str) -> Kubeconfig:
    files = locations(settings.kubeconfig, environ)
    merged = merge(files, must_exist=settings.kubeconfig is not None)
    if merged.empty and settings.kubeconfig is None:
        _add_service_account(merged, environ, service_account)
    overrides = settings.overrides
    if not (start or overrides.context or merged.current) and (overrides.server or overrides.cluster):
        context = {"cluster": overrides.cluster or "", "user": overrides.user or ""}
        _add(merged, {"current-context": FLAGS, "contexts": [{"name": FLAGS, "context": context}]}, "the flags")
    return Kubeconfig(merged, settings, environ, service_account, start)


def _add_service_account(merged: Merged, environ: Mapping[str, str], directory: Path) -> None:
    """The configuration every pod finds, as a kubeconfig of one context (client-go's rest.InClusterConfig)."""
    host, port = environ.get("KUBERNETES_SERVICE_HOST", ""), environ.get("KUBERNETES_SERVICE_PORT", "")
    if not (host and port and (directory / "token").is_file()):
        return
    cluster = {"server": f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"}
    if (directory / "ca.crt").is_file():
        cluster["certificate-authority"] = str(directory / "ca.crt")
    namespace = environ.get("POD_NAMESPACE", "")
    if not namespace and (directory / "namespace").is_file():
        namespace = read_text(directory / "namespace", "The service account's")
    context = {"cluster": IN_CLUSTER, "user": IN_CLUSTER, "namespace": namespace}
    parts = {
        "current-context": IN_CLUSTER,
        "clusters": [{"name": IN_CLUSTER, "cluster": cluster}],
        "users": [{"name": IN_CLUSTER, "user": {"tokenFile": str(directory / "token")}}],
        "contexts": [{"name": IN_CLUSTER, "context": context}],
    }
    _add(merged, parts, "the service account")


def _add(merged: Merged, parts: Mapping[str, Any], file: str) -> None:
    add(merged, dumps(parts).encode(), file, Path("/"))


def _elsewhere(overrides: Overrides) -> Overrides:
    """The flags that go along to another context: only whom to act as, since dropping that could give more rights."""
    return Overrides(
        impersonate_user=overrides.impersonate_user,
        impersonate_groups=overrides.impersonate_groups,
        impersonate_uid=overrides.impersonate_uid,
    )


def _list(files: tuple[Path, ...]) -> str:
    return " or ".join(shown(path) for path in files) or "the place KUBECONFIG names"
