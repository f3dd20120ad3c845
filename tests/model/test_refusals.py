"""What refused a new pod, read from the API server's words."""

import pytest

from k8stui.model.refusals import short

QUOTA = 'pods "web-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10'


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (QUOTA, "quota compute"),
        ('admission webhook "policy.example" denied the request: no', "webhook policy.example"),
        ('failed calling webhook "policy.example": connection refused', "webhook policy.example fails"),
        ('pods "a" is forbidden: violates PodSecurity "restricted:latest": x', "PodSecurity restricted:latest"),
        ('error looking up service account shop/web: serviceaccount "web" not found', "no service account web"),
        ("maximum cpu usage per Container is 500m, but limit is 2", "limit range (cpu)"),
        ("pods is forbidden: no PriorityClass with name gold was found", "no PriorityClass gold"),
        ("something else", ""),
    ],
)
def test_why_pods_are_refused(message: str, words: str) -> None:
    assert short(message) == words
