"""How a probe reads in a description."""

from urllib.parse import quote

from k8stui.model import tree
from k8stui.model.describe.parts import shown
from k8stui.model.objects import Object

_PATH = "$&+,/:;=@-_.~"
"""What stays as it is in the path of a URL (net/url)."""


def probe_text(probe: Object) -> str:
    """`http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3`."""
    return f"{_how(probe)} {_pace(probe)}".replace("\n", " ")


def _pace(probe: Object) -> str:
    """When it is tried and how often it may fail."""
    return (
        f"delay={tree.number(probe, 'initialDelaySeconds')}s timeout={tree.number(probe, 'timeoutSeconds')}s "
        f"period={tree.number(probe, 'periodSeconds')}s #success={tree.number(probe, 'successThreshold')} "
        f"#failure={tree.number(probe, 'failureThreshold')}"
    )


def _how(probe: Object) -> str:
    """What is tried."""
    command = tree.value(probe, "exec")
    http, tcp, grpc = tree.part(probe, "httpGet"), tree.part(probe, "tcpSocket"), tree.part(probe, "grpc")
    if isinstance(command, dict):
        return f"exec {shown(tree.texts(command, 'command'), '[]')}"
    if http:
        return f"http-get {_url(http)}"
    if tcp:
        return f"tcp-socket {tree.text(tcp, 'host')}:{tree.text(tcp, 'port')}"
    if grpc:
        return f"grpc <pod>:{tree.number(grpc, 'port')} {tree.text(grpc, 'service')}"
    return "unknown"


def _url(http: Object) -> str:
    """`http://:8080/healthz`."""
    scheme = tree.text(http, "scheme").lower()
    host, port = tree.text(http, "host"), tree.text(http, "port")
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    path = tree.text(http, "path")
    if path and not path.startswith("/"):
        path = f"/{path}"
    return f"{scheme}{':' if scheme else ''}//{place}{quote(path, safe=_PATH)}"
