"""A CRD for tests, and objects of the kind that it defines."""

from copy import deepcopy
from typing import Any

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/shop.example/v1/namespaces/default/widgets"
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size"],
            "properties": {
                "size": {"type": "integer", "minimum": 1},
                "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
                "due": {"type": "string", "format": "date-time"},
            },
        },
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}
COLUMNS = [
    {"name": "Size", "type": "integer", "jsonPath": ".spec.size", "description": "How big"},
    {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
    {"name": "Colour", "type": "string", "jsonPath": ".spec.colour", "priority": 1},
    {"name": "Due", "type": "date", "jsonPath": ".spec.due"},
]


def crd(plural: str = "widgets", kind: str = "Widget", **spec: Any) -> dict[str, Any]:
    version = {"name": "v1", "served": True, "storage": True, "subresources": {"status": {}}}
    version |= {"schema": {"openAPIV3Schema": SCHEMA}, "additionalPrinterColumns": COLUMNS}
    names = {"plural": plural, "kind": kind, "shortNames": [plural[0] + "d"], "categories": ["all"]}
    full = {"group": "shop.example", "scope": "Namespaced", "names": names, "versions": [version], **spec}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return deepcopy(head | {"metadata": {"name": f"{plural}.shop.example"}, "spec": full})


def widget(name: str = "one", *, version: str = "v1", **spec: Any) -> dict[str, Any]:
    head = {"apiVersion": f"shop.example/{version}", "kind": "Widget", "metadata": {"name": name}}
    return head | {"spec": {"size": 3, **spec}}
