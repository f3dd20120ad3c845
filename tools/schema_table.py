"""Writes `k8stui/demo/schema/types.json`: every field of the built-in types, from a kube-apiserver.

    python -m tools.schema_table PROGRAM KUBECONFIG

PROGRAM is a kube-apiserver (Linux, 64 bit): its types tell names, Go types, protobuf numbers, omitempty and merge
keys. KUBECONFIG leads to that same program running: its OpenAPI documents, read by kubectl, tell kinds, list types, map
types, defaults, enumerations and what is required. Run it when the server is to play a newer version of Kubernetes.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.gotypes import MAP, POINTER, SLICE, STRUCT, GoField, GoType, Program

TARGET = Path(__file__).parents[1] / "k8stui" / "demo" / "schema" / "types.json"
_PACKAGES = {
    "k8s.io/api/": "io.k8s.api.",
    "k8s.io/apimachinery/pkg/apis/": "io.k8s.apimachinery.pkg.apis.",
    "k8s.io/apiextensions-apiserver/pkg/apis/": "io.k8s.apiextensions-apiserver.pkg.apis.",
    "k8s.io/kube-aggregator/pkg/apis/": "io.k8s.kube-aggregator.pkg.apis.",
}
"""Where Go packages of types begin, and what OpenAPI calls them."""
_SCALARS = {
    "resource.Quantity": "Quantity",
    "v1.Time": "Time",
    "v1.MicroTime": "MicroTime",
    "v1.Duration": "Duration",
    "intstr.IntOrString": "IntOrString",
    "runtime.RawExtension": "RawExtension",
    "v1.FieldsV1": "FieldsV1",
    "v1.JSON": "JSON",
    "v1.JSONSchemaPropsOrBool": "JSONSchemaPropsOrBool",
    "v1.JSONSchemaPropsOrArray": "JSONSchemaPropsOrArray",
    "v1.JSONSchemaPropsOrStringArray": "JSONSchemaPropsOrStringArray",
}
"""Structs that are written to JSON by code of their own."""
_KINDS = {1: "bool", 2: "int", 5: "int32", 6: "int64", 8: "uint8", 14: "float64", 24: "string"}
"""Scalars by the number of reflect.Kind."""
_ZERO = {"bool": "false", "string": '""', "list": "null", "map": "null", "bytes": "null"}
_LEFT_OUT = re.compile(r"List$|^WatchEvent$|^API(Group|Versions|ResourceList)")

Document = dict[str, Any]


def main(program: str, kubeconfig: str) -> None:
    """Ask, walk, write."""
    documents = schemas(kubeconfig)
    walk = Walk(Program(Path(program)).structs(), documents)
    kinds = {}
    for name, schema in sorted(documents.items()):
        for gvk in schema.get("x-kubernetes-group-version-kind", ()):
            if not _LEFT_OUT.search(gvk["kind"]) and (gvk["kind"] != "DeleteOptions" or not gvk["group"]):
                version = f"{gvk['group']}/{gvk['version']}".lstrip("/")
                kinds[f"{version} {gvk['kind']}"] = walk.add(name)
    types = ",\n".join(f"{json.dumps(name)}:{compact(fields)}" for name, fields in sorted(walk.types.items()))
    head = f'"packages":{compact(walk.packages)},\n"kinds":{compact(kinds)}'
    TARGET.write_text(f'{{{head},\n"types":{{\n{types}\n}}}}\n')


def schemas(kubeconfig: str) -> dict[str, Document]:
    """Every schema of every OpenAPI v3 document by its name, a custom resource's left out."""
    found: dict[str, Document] = {}
    for path in json.loads(_get(kubeconfig, "/openapi/v3"))["paths"]:
        document = json.loads(_get(kubeconfig, f"/openapi/v3/{path}"))
        found |= document.get("components", {}).get("schemas", {})
    return {name: schema for name, schema in found.items() if name.startswith("io.k8s.")}


def compact(value: object) -> str:
    """JSON without blanks."""
    return json.dumps(value, separators=(",", ":"))


def _get(kubeconfig: str, path: str) -> str:
    command = ["kubectl", "--kubeconfig", kubeconfig, "get", "--raw", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Walk:
    """Goes from type to type, and writes each down."""

    def __init__(self, structs: dict[str, GoType], documents: dict[str, Document]) -> None:
        self.types: dict[str, Document] = {}
        self.packages: dict[str, str] = {}
        self._structs = structs
        self._documents = documents

    def add(self, document: str) -> str:
        """The type of that OpenAPI name; returns its short name."""
        for package, prefix in _PACKAGES.items():
            if document.startswith(prefix):
                path, _, name = document.removeprefix(prefix).rpartition(".")
                return self._add(self._structs[f"{package}{path.replace('.', '/')}.{name}"])
        raise ValueError(document)

    def _add(self, go: GoType) -> str:
        package, prefix = next(pair for pair in _PACKAGES.items() if go.package.startswith(pair[0]))
        path = go.package.removeprefix(package)
        short, document = f"{path}.{go.text.rpartition('.')[2]}", f"{prefix}{path.replace('/', '.')}"
        self.packages[path] = document
        if short not in self.types:
            fields = self.types[short] = {}
            schema = self._documents.get(f"{document}.{go.text.rpartition('.')[2]}", {})
            self._fields(go, schema, fields, [])
        return short

    def _fields(self, go: GoType, schema: Document, found: Document, inline: list[int] | None) -> None:
        """`inline`: the protobuf numbers of the messages that hold these fields, None when protobuf lacks them."""
        for each in go.fields:
            tags = dict(re.findall(r'(\w+):"([^"]*)"', each.tag))
            name, *options = tags.get("json", "").split(",")
            number = int(tags["protobuf"].split(",")[1]) if tags.get("protobuf", "-") != "-" else 0
            if not name and (each.embedded or "inline" in options):
                self._fields(each.type, schema, found, [*inline, number] if number and inline is not None else None)
            elif name and name != "-":
                found[name] = self._field(each, options, tags, 0 if inline is None else number)
                if inline:
                    found[name]["inline"] = inline
                self._document(found[name], name, schema)

    def _field(self, field: GoField, options: list[str], tags: dict[str, str], number: int) -> Document:
        pointer = field.type.kind == POINTER
        go = field.type.elem if pointer else field.type
        assert go is not None
        many, of = self._of(go)
        found: Document = {"type": of, "many": many, "number": number, "pointer": pointer}
        found["zero"] = _zero(found, options)
        found["merge_key"] = tags.get("patchMergeKey", "")
        found["strategy"] = tags.get("patchStrategy", "")
        shown = {"": "", "list": "[]", "map": "map[string]"}[many] + _shown(of)
        found["go"] = go.text if go.text != shown and (many or of not in _SCALARS.values()) else ""
        return {key: value for key, value in found.items() if value or key == "type"}

    def _of(self, go: GoType) -> tuple[str, str]:
        """How many, and of which type."""
        assert go is not None
        if go.text in _SCALARS:
            return "", _SCALARS[go.text]
        if go.kind == STRUCT:
            return "", self._add(go)
        if go.kind in (SLICE, MAP):
            assert go.elem is not None
            elem = go.elem.elem if go.elem.kind == POINTER else go.elem
            assert elem is not None
            many, of = self._of(elem)
            if of == "uint8":
                return "", "bytes"
            if many:
                if (many, of) != ("list", "string"):
                    raise ValueError(f"a {go.text}")
                of = "strings"
            return "list" if go.kind == SLICE else "map", of
        return "", _KINDS[go.kind]

    def _document(self, found: Document, name: str, schema: Document) -> None:
        """What only OpenAPI tells of a field."""
        told = schema.get("properties", {}).get(name, {})
        for key, called in (("list-type", "list_type"), ("list-map-keys", "list_keys"), ("map-type", "map_type")):
            if value := told.get(f"x-kubernetes-{key}"):
                found[called] = value
        if name in schema.get("required", ()):
            found["required"] = True
        if "default" in told:
            found["default"] = told["default"]
        if "enum" in told:
            found["enum"] = told["enum"]


def _zero(found: Document, options: list[str]) -> str:
    """What Go writes for a field that was not set: nothing, or this JSON."""
    of, many = found["type"], found.get("many", "")
    struct = not many and of not in _KINDS.values() and of != "bytes"
    if "omitzero" in options or ("omitempty" in options and (found["pointer"] or not struct)):
        return ""
    if found["pointer"]:
        return "null"
    if struct:
        return {"Quantity": '"0"', "IntOrString": "0", "Duration": '"0s"'}.get(of, "null" if "." not in of else "{}")
    return _ZERO.get(many or of, "0")


def _shown(of: str) -> str:
    """How Go prints a type of the table."""
    package, _, name = of.rpartition(".")
    if of in _SCALARS.values():
        return next(text for text, name in _SCALARS.items() if name == of)
    if package:
        return f"{package.rpartition('/')[2]}.{name}"
    return {"bytes": "[]uint8", "strings": "[]string"}.get(of, of)


if __name__ == "__main__":
    main(*sys.argv[1:])
