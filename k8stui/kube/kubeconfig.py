"""The kubeconfig by kubectl's rules."""

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

__all__ = ["ClientCertificate", "Context", "CredentialSpec", "Exec", "Impersonation", "Pem", "Secret", "Target"]
