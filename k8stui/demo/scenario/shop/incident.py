"""What is wrong, and how it came to be: `docs/drill.md` tells the same as a drill."""

from k8stui.demo.kubelet.habits import Given, Habit, Habits, Pressure
from k8stui.demo.scenario.parts import (
    DAY,
    HOUR,
    REGISTRY,
    Apply,
    Deed,
    Delete,
    Json,
    Merge,
    Pass,
    Press,
    Restart,
    Silence,
    Storm,
    ThrowOut,
)
from k8stui.demo.scenario.shop import extras
from k8stui.demo.scenario.shop.cluster import BIRTH, BROKEN, OBJECTS

_PLUGINS = "errors|log|health|ready|kubernetes|prometheus|forward|cache|loop|reload|loadbalance|hosts|rewrite|template"
_PLUGINS += "|bind|debug|dns64|import|trace|autopath|acl|any|file|secondary|tls|whoami"
UNKNOWN = rf"(?m)^ {{4}}(?!(?:{_PLUGINS})\b|[}}#])\S"
"""A line of a Corefile that begins with something that is no plugin."""

TRACE = (
    '{{"time":"{iso}","level":"info","msg":"starting","service":"{container}","version":"3.1.0"}}',
    '{{"time":"{iso}","level":"info","msg":"listening","service":"{container}","address":":8080"}}',
    '{{"time":"{iso}","level":"error","msg":"payment provider not configured","request_id":"{id}"}}',
    "java.lang.IllegalStateException: PAYMENT_PROVIDER_URL is not set",
    "\tat example.shop.checkout.payment.ProviderClient.<init>(ProviderClient.java:41)",
    "\tat example.shop.checkout.payment.PaymentModule.provideClient(PaymentModule.java:27)",
    "\tat example.shop.checkout.Application.main(Application.java:63)",
    "Caused by: java.util.NoSuchElementException: no value for key 'payment.provider.url'",
    "\tat example.shop.config.Settings.required(Settings.java:118)",
    "\t... 2 more",
)

HABITS = Habits(
    rows=(
        Habit(images=f"{REGISTRY}/shop/checkout:3.1.0", unready="HTTP probe failed with statuscode: 503",
              log=("silent",), says=TRACE),
        Habit(images=f"{REGISTRY}/payments/settlement:1.7.3", needs="190Mi", within=45.0),
        Habit(images=f"{REGISTRY}/payments/fraud-model:2026-11-1O", missing=True),
        Habit(images=f"{REGISTRY}/payments/reports:*", exits=20.0),
        Habit(images=f"{REGISTRY}/payments/reconcile:*", exits=12.0),
        Habit(images=f"{REGISTRY}/payments/ledger-backfill:*", exits=4.0, code=1,
              when=(Given(env="LEDGER_HOST", has=r"^ledger-old\b"),),
              last_words=(
                  "{time} INFO  ledger-backfill 0.3.0",
                  '{time} FATAL dial tcp: lookup ledger-old.payments.svc.cluster.local: no such host',
              )),
        Habit(images=f"{REGISTRY}/payments/ledger-backfill:*", exits=8.0),
        Habit(images="*/coredns/coredns:*", exits=1.0, code=1,
              when=(Given(resource="configmaps", name="coredns", namespace="kube-system", field="data/Corefile",
                          has=UNKNOWN),),
              log=("silent",),
              last_words=("/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'forwrad'",)),
    ),
    pressures=(
        Pressure(node="worker-c2", when=(
            Given(resource="pods", name="thumbnailer-0", namespace="shop", field="spec/nodeName", has="^worker-c2$"),
        )),
    ),
    longest=40.0,
)  # fmt: skip


def _config(name: str, namespace: str, **data: str) -> Json:
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _topics(ready: dict[str, tuple[str, str]]) -> tuple[Merge, ...]:
    """What the operator said of topics: ready, or why not."""
    rows = []
    for name, (value, reason) in ready.items():
        row = {"type": "Ready", "status": value, "reason": reason}
        patch: Json = {"status": {"conditions": [row]}}
        rows.append(Merge(30 * DAY, "topics.streams.shop.example", "shop", name, patch, status=True))
    return tuple(rows)


DEEDS: tuple[Deed, ...] = (
    Apply(BIRTH - 60, OBJECTS),
    Apply(90 * DAY, (extras.helm_secret("ingress-nginx", "ingress-nginx", 1, "superseded"),)),
    Apply(61 * DAY, (
        extras.TOPICS,
        extras.APPLICATIONS,
        extras.APPLICATION,
        extras.INGRESS,
        extras.budget("cart", "shop", 3),
        extras.budget("sessions", "shop", 2),
        extras.budget("ledger", "payments", 1),
    )),
    Merge(61 * DAY - 60, "applications.argoproj.io", "argocd", "shop", extras.SYNCED, status=True),
    Apply(60 * DAY, tuple(extras.topic(name, "shop") for name in ("orders", "stock-levels", "clicks", "payouts"))),
    *_topics({
        "orders": ("True", "InSync"),
        "stock-levels": ("True", "InSync"),
        "clicks": ("False", "UnderReplicated"),
        "payouts": ("False", "Degraded"),
    }),
    Apply(40 * DAY, (extras.helm_secret("ingress-nginx", "ingress-nginx", 2, "deployed"),)),
    Apply(20 * DAY - 60, (extras.topic("vouchers", "preview-vouchers", 3),)),
    # two days ago: somebody scaled the topic operator to nothing, and somebody else deleted a namespace
    Merge(2 * DAY, "deployments.apps", "streams-system", "topic-operator", {"spec": {"replicas": 0}}),
    Delete(2 * DAY - 600, "namespaces", "", "preview-vouchers"),
    Pass(2 * DAY - 606, "namespaces", "/preview-vouchers"),
    # today
    Pass(1.5 * HOUR - 605, "deployments.apps", "shop/recommender"),
    Pass(0.8 * HOUR - 605, "deployments.apps", "payments/fraud-model"),
    Pass(1_840, "deployments.apps", "shop/checkout"),
    Merge(1_560, "nodes", "", "worker-b3", {"spec": {"unschedulable": True}}),  # a drain that `cart`'s budget stopped
    Merge(1_380, "configmaps", "kube-system", "coredns", {"data": {"Corefile": BROKEN}}),
    Restart(1_320, "coredns"),
    Press(840, "worker-c2"),
    ThrowOut(825, "worker-c2", "catalog"),
    Silence(560, "worker-c1"),
    Apply(545, (_config("ledger-backfill", "payments", LEDGER_HOST="ledger-old.payments.svc", BATCH="500"),)),
    *(Pass(ago, "jobs.batch", "payments/ledger-backfill") for ago in (520, 490, 440, 350, 180)),
    Merge(185, "cronjobs.batch", "payments", "reports", {"spec": {"suspend": False}}),  # it rests at night
    *(Pass(ago, "cronjobs.batch", "payments/reports") for ago in (125, 65)),
)  # fmt: skip

STORM = Storm(namespace="shop", secret="mirror-credentials", every=20.0, since=22 * HOUR)
