"""What containers of common images write: templates, filled in by `output.py`."""

from msgspec import Struct


class Style(Struct, frozen=True):
    """Lines of one kind of program."""

    every: float
    """Seconds between two lines."""
    opening: tuple[str, ...]
    """Written at the start."""
    lines: tuple[str, ...]
    """One of these each time; the first ones more often. In all: {time}, {iso}, {day}, {klog}, {path}, {code}, {ms},
    {size}, {client}, {id}, {n}, {pod} and {container}."""


STYLES = {
    "silent": Style(3600.0, (), ()),
    "json": Style(
        5.0,
        (
            '{{"time":"{iso}","level":"info","msg":"starting","service":"{container}","version":"{n}"}}',
            '{{"time":"{iso}","level":"info","msg":"listening","service":"{container}","address":":8080"}}',
        ),
        (
            '{{"time":"{iso}","level":"info","msg":"request","method":"GET","path":"{path}","status":200,'
            '"duration_ms":{ms},"request_id":"{id}"}}',
            '{{"time":"{iso}","level":"info","msg":"request","method":"POST","path":"{path}","status":201,'
            '"duration_ms":{ms},"request_id":"{id}"}}',
            '{{"time":"{iso}","level":"debug","msg":"cache hit","key":"{path}","request_id":"{id}"}}',
            '{{"time":"{iso}","level":"warn","msg":"slow request","method":"GET","path":"{path}","status":200,'
            '"duration_ms":1{ms},"request_id":"{id}"}}',
        ),
    ),
    "plain": Style(
        8.0,
        ("{time} INFO  starting {container}", "{time} INFO  listening on :8080"),
        (
            "{time} INFO  GET {path} 200 {ms}ms",
            "{time} INFO  POST {path} 201 {ms}ms",
            "{time} INFO  worker {n}: batch of {size} done in {ms}ms",
            "{time} WARN  GET {path} 404 {ms}ms",
        ),
    ),
    "nginx": Style(
        6.0,
        (
            "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
            "/docker-entrypoint.sh: Configuration complete; ready for start up",
            "{slashed} [notice] 1#1: nginx/1.29.1",
            "{slashed} [notice] 1#1: start worker processes",
        ),
        (
            '{client} - - [{day}] "GET {path} HTTP/1.1" 200 {size} "-" "Mozilla/5.0 (X11; Linux x86_64)" "-"',
            '{client} - - [{day}] "GET {path} HTTP/1.1" 200 {size} "-" "kube-probe/1.34" "-"',
            '{client} - - [{day}] "GET /favicon.ico HTTP/1.1" 404 153 "-" "Mozilla/5.0 (X11; Linux x86_64)" "-"',
        ),
    ),
    "ingress": Style(
        4.0,
        (
            '{klog} 7 nginx.go:271] "Starting NGINX Ingress controller"',
            '{klog} 7 nginx.go:317] "Starting NGINX process"',
        ),
        (
            '{client} - - [{day}] "GET {path} HTTP/2.0" 200 {size} "-" "Mozilla/5.0" {n} 0.0{ms} [shop-storefront-http]'
            " [] 10.244.1.17:8080 {size} 0.0{ms} 200 {id}",
            '{client} - - [{day}] "POST {path} HTTP/2.0" 201 {size} "-" "Mozilla/5.0" {n} 0.0{ms} [shop-checkout-http]'
            " [] 10.244.2.12:8080 {size} 0.0{ms} 201 {id}",
        ),
    ),
    "postgres": Style(
        60.0,
        (
            "{iso} [1] LOG:  starting PostgreSQL 17.6 on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0) 64-bit",
            '{iso} [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
            "{iso} [1] LOG:  database system is ready to accept connections",
        ),
        (
            "{iso} [27] LOG:  checkpoint starting: time",
            "{iso} [27] LOG:  checkpoint complete: wrote {size} buffers (1.2%); 0 WAL file(s) added, 1 recycled",
        ),
    ),
    "valkey": Style(
        90.0,
        (
            "1:M {time} * oO0OoO0OoO0Oo Valkey is starting oO0OoO0OoO0Oo",
            "1:M {time} * Server initialized",
            "1:M {time} * Ready to accept connections tcp",
        ),
        (
            "1:M {time} * {size} changes in 60 seconds. Saving...",
            "1:M {time} * Background saving terminated with success",
        ),
    ),
    "coredns": Style(
        45.0,
        (
            ".:53",
            "[INFO] plugin/reload: Running configuration SHA512 = {id}{id}{id}{id}",
            "CoreDNS-1.12.1",
            "linux/amd64, go1.24.1, 707c7c1",
        ),
        (
            '[INFO] {client}:{n} - {size} "AAAA IN ledger.payments.svc.cluster.local. udp 53 false 512" NOERROR'
            " qr,aa,rd 146 0.000{ms}s",
        ),
    ),
    "klog": Style(
        75.0,
        (
            '{klog} 1 server.go:219] "Starting" version="v1.34.4"',
            '{klog} 1 shared_informer.go:356] "Caches are synced"',
        ),
        (
            '{klog} 1 reflector.go:430] "Caches populated" type="*v1.Service"',
            '{klog} 1 controller.go:667] "quota admission added evaluator" resource="events"',
        ),
    ),
    "logfmt": Style(
        40.0,
        ('time={iso} level=INFO source=main.go:{n} msg="Server is ready to receive web requests."',),
        (
            'time={iso} level=INFO source=compact.go:{n} msg="write block" ulid=01K{id} duration={ms}.{n}ms',
            'time={iso} level=INFO source=head.go:{n} msg="Head GC completed" duration={ms}.{n}ms',
        ),
    ),
}

BY_IMAGE = (
    ("*nginx/controller*", "ingress"),
    ("*/nginx*", "nginx"),
    ("nginx*", "nginx"),
    ("*httpd*", "nginx"),
    ("*postgres*", "postgres"),
    ("*valkey*", "valkey"),
    ("*redis*", "valkey"),
    ("*coredns*", "coredns"),
    ("*prometheus*", "logfmt"),
    ("*grafana*", "logfmt"),
    ("registry.k8s.io/*", "klog"),
    ("busybox*", "silent"),
    ("*/busybox*", "silent"),
    ("alpine*", "silent"),
    ("*/alpine*", "silent"),
    ("*debian*", "silent"),
    ("*ubuntu*", "silent"),
    ("*pause*", "silent"),
    ("registry.example/*", "plain"),
    ("*/*/*", "json"),
    ("*", "plain"),
)
"""Which style an image has that the scenario says nothing of."""

PATHS = (
    "/",
    "/api/cart",
    "/api/products/4711",
    "/api/checkout",
    "/search?q=lamp",
    "/static/app.js",
    "/healthz",
    "/api/me",
)
