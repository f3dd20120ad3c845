"""kubectl create, and custom resources: every generator, and kinds that the cluster learns."""

from typing import Any

from tests.support.kubectl import Kubectl

SIZE = {"type": "string", "enum": ["small", "big"], "description": "How big it is."}
SPEC = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": SIZE, "replicas": {"type": "integer", "default": 1}},
}
STATUS = {"type": "object", "properties": {"replicas": {"type": "integer"}}}


def definition(group: str) -> dict[str, Any]:
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {
            "status": {},
            "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
        },
        "additionalPrinterColumns": [
            {"name": "Size", "type": "string", "jsonPath": ".spec.size"},
            {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC, "status": STATUS}}},
    }
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wd"]}
    return {
        "kind": "CustomResourceDefinition",
        "apiVersion": "apiextensions.k8s.io/v1",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [version]},
    }


def widget(group: str, name: str, **spec: Any) -> dict[str, Any]:
    return {"kind": "Widget", "apiVersion": f"{group}/v1", "metadata": {"name": name}, "spec": spec}


def test_a_kind_is_learnt_used_and_forgotten(k: Kubectl) -> None:
    group = f"{k.namespace}.example"
    crd = f"customresourcedefinition.apiextensions.k8s.io/widgets.{group}"
    assert k.apply(definition(group)) == f"{crd} created\n"
    assert k(f"wait --for=condition=established crd/widgets.{group} --timeout=30s") == f"{crd} condition met\n"
    k.until(f"api-resources --api-group={group} -o name", lambda out: out == f"widgets.{group}\n")
    one = f"widget.{group}/one"
    assert k.apply(widget(group, "one", size="small")) == f"{one} created\n"
    rows = k.rows("get wd")
    assert (rows[0], rows[1][:3]) == (["NAME", "SIZE", "REPLICAS", "AGE"], ["one", "small", "1"])
    k.write("wrong.json", widget(group, "two", size="huge", colour="red"))
    assert 'strict decoding error: unknown field "spec.colour"' in k.fails("apply -f wrong.json")
    assert 'Unsupported value: "huge": supported values: "small", "big"' in k.fails(
        "apply -f wrong.json --validate=false"
    )
    undeclared = k.fails("apply --server-side -f wrong.json")
    assert undeclared.endswith("Kind=Widget): .spec.colour: field not declared in schema\n")
    assert k("scale wd/one --replicas=3") == f"{one} scaled\n"
    assert k("get wd one --subresource=scale -o jsonpath={.spec.replicas}") == "3"
    assert k("""patch wd one --type=merge -p '{"spec":{"size":"big"}}'""") == f"{one} patched\n"
    assert "application/apply-patch+yaml" in k.fails("""patch wd one -p '{"spec":{"size":"big"}}'""")
    assert "Size:      big" in k("describe wd one")
    assert "How big it is." in k("explain widgets.spec.size")
    assert k("delete wd one") == f'widget.{group} "one" deleted\n'
    assert (
        k(f"delete crd widgets.{group}") == f'customresourcedefinition.apiextensions.k8s.io "widgets.{group}" deleted\n'
    )
    assert k.run("get wd").returncode == 1


def test_generators(k: Kubectl) -> None:
    assert k("create ns made-here --dry-run=server") == "namespace/made-here created (server dry run)\n"
    made = {
        "create configmap cfg --from-literal=a=1": "configmap/cfg",
        "create secret generic s --from-literal=p=w": "secret/s",
        "create secret docker-registry reg --docker-server=r --docker-username=u --docker-password=p": "secret/reg",
        "create sa robot": "serviceaccount/robot",
        "create role reader --verb=get,list --resource=pods,pods/log": "role.rbac.authorization.k8s.io/reader",
        "create quota q --hard=pods=1,configmaps=20": "resourcequota/q",
        "create pdb guard --selector=app=x --min-available=1": "poddisruptionbudget.policy/guard",
        "create ingress i --rule=a.example/=web:80": "ingress.networking.k8s.io/i",
        "create service clusterip web --tcp=80:80": "service/web",
        "create service nodeport np --tcp=80:80": "service/np",
        "create service loadbalancer lb --tcp=80:80": "service/lb",
        "create service externalname en --external-name=x.example": "service/en",
        "create deployment d --image=registry.example/web:1 --replicas=1 --port=80": "deployment.apps/d",
        "create cronjob cj --image=registry.example/exit0:1 --schedule='*/5 * * * *'": "cronjob.batch/cj",
    }
    for line, name in made.items():
        assert k(line) == f"{name} created\n"
    assert k("get secret s -o jsonpath={.data.p}") == "dw=="
    assert "p:  1 bytes" in k("describe secret s")
    assert "a.example" in k("describe ingress i")
    services = {row[0]: row[1:5] for row in k.rows("get svc --no-headers")}
    assert services["en"][:3] == ["ExternalName", "<none>", "x.example"]
    assert services["lb"][2] == "<pending>"
    assert services["np"][3].startswith("80:3")
    assert k.fails("create configmap cfg").endswith('configmaps "cfg" already exists\n')
    assert "configmaps" in k("describe quota q")
    k("rollout status deploy/d --timeout=30s")
    refused = k.fails("run second --image=registry.example/web:1")
    assert refused.endswith("is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1\n")
    assert 'spec.schedule: Invalid value: "bad"' in k.fails("create cronjob no --image=x --schedule=bad")
    assert k("create deployment e --image=x --dry-run=client -o name") == "deployment.apps/e\n"


def test_a_namespace_and_all_in_it(k: Kubectl) -> None:
    name = f"{k.namespace}-more"
    assert k(f"create ns {name}") == f"namespace/{name} created\n"
    assert k.fails(f"create ns {name}").endswith(f'namespaces "{name}" already exists\n')
    k(f"create cm c -n {name}")
    assert k(f"delete ns {name}") == f'namespace "{name}" deleted\n'
    assert k.fails(f"get ns {name}") == f'Error from server (NotFound): namespaces "{name}" not found\n'
    assert k.fails(f"create cm c -n {name}").endswith(f'namespaces "{name}" not found\n')
