"""Small kubeconfigs for tests: plain dicts written as YAML, and PEM files made on the spot."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from k8stui.kube.kubeconfig import Kubeconfig, Target, load
from k8stui.settings import Overrides, Settings

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIE-planted-key\n-----END PRIVATE KEY-----\n"


def encoded(text: str) -> str:
    """As `certificate-authority-data` holds it."""
    return b64encode(text.encode()).decode()


def config(
    cluster: Mapping[str, Any] | None = None,
    user: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    *,
    current: str = "dev",
    **top: Any,
) -> dict[str, Any]:
    """One context `dev` of the cluster `east` and the user `jane`; the arguments add to or replace each."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": "east", "cluster": {"server": "https://east.example:6443", **(cluster or {})}}],
        "users": [{"name": "jane", "user": dict(user or {})}],
        "contexts": [{"name": "dev", "context": {"cluster": "east", "user": "jane", **(context or {})}}],
        **top,
    }


def write(path: Path, content: Mapping[str, Any] | str | bytes) -> Path:
    """A kubeconfig file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
    return path


def loaded(path: Path, *, environ: Mapping[str, str] | None = None, **overrides: Any) -> Kubeconfig:
    """That file by --kubeconfig, with flags."""
    return load(Settings(kubeconfig=path, overrides=Overrides(**overrides)), environ or {})


def target(path: Path, content: Mapping[str, Any], *, environ: Mapping[str, str] | None = None, **flags: Any) -> Target:
    """The target of a kubeconfig's current context, with flags."""
    return loaded(write(path, content), environ=environ, **flags).target()
