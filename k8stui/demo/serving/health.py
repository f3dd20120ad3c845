"""The paths outside the resource tree: version and health, as text and JSON."""

import msgspec

from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.errors import TextRefusal

VERSION = {
    "major": "1",
    "minor": "34",
    "emulationMajor": "1",
    "emulationMinor": "34",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "33",
    "gitVersion": "v1.34.4+k8stui",
    "gitCommit": "embedded",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "none",
    "compiler": "none",
    "platform": "linux/amd64",
}
_CHECKS = ("ping", "log", "etcd", "poststarthook/start-informers")


def answer(parts: list[str], ask: Ask) -> Answer:
    """`/`, `/version`, `/livez`, `/readyz`, `/healthz` and single checks below them. Raises TextRefusal (404)."""
    if not parts:
        paths = ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"]
        return Answer(msgspec.json.encode({"paths": paths}) + b"\n")
    if parts == ["version"]:
        return Answer(msgspec.json.encode(VERSION) + b"\n")
    if parts[0] in ("livez", "readyz", "healthz") and ("/".join(parts[1:]) in ("", *_CHECKS)):
        return Answer(_health(parts[0], ask).encode(), content_type="text/plain; charset=utf-8")
    raise TextRefusal(404, "404 page not found\n")


def _health(name: str, ask: Ask) -> str:
    if "verbose" not in ask.query:
        return "ok"
    excluded = ask.query.get("exclude", "")
    lines = [f"[+]{check} {'excluded: ' if check == excluded else ''}ok\n" for check in _CHECKS]
    return "".join(lines) + f"{name} check passed\n"
