"""Images: kubectl's recordings, init containers, texts that are none; and all changes of containers on a server."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, PODS, SERVICES, Kind
from k8stui.operations.builders.images import checked, image
from k8stui.operations.building import AlreadySoError, UnableError
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded
from tests.support.http import http
from tests.support.templated import Object, as_recorded, pair, pods, web

# ---- images


@needed
def test_an_image_is_set_as_kubectl_does() -> None:
    mutation = image(web(), images={"web": "web:3"})
    as_recorded(mutation, "set image")
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1"}
    as_recorded(image(web(DAEMON_SETS, "agent"), images={"*": "agent:9"}), "set image star")


@needed
def test_kubectls_refusal_of_an_unknown_container() -> None:
    with pytest.raises(UnableError) as caught:
        image(web(), images={"nope": "x"})
    assert f"error: {caught.value}".startswith(recorded("workloads", "set image missing container")["stderr"].strip())


def test_the_same_image_sends_nothing() -> None:
    with pytest.raises(AlreadySoError, match=r"deployment.apps/web has web=web:1 already"):
        image(web(), images={"web": "web:1"})


def test_one_wrong_pair_stops_all_of_it() -> None:
    """kubectl patches the others."""
    with pytest.raises(UnableError, match=r'container named "nope": deployment.apps/web has: web, log, i'):
        image(pair(), images={"web": "web:2", "nope": "x"})
    with pytest.raises(UnableError, match="name either"):
        image(pair(), images={"*": "web:2", "web": "x"})


def test_an_init_container_too() -> None:
    mutation = image(pair(), images={"i": "i:2", "log": "log:2"})
    assert mutation.request.decoded()["spec"]["template"]["spec"] == {
        "$setElementOrder/containers": [{"name": "web"}, {"name": "log"}],
        "containers": [{"name": "log", "image": "log:2"}],
        "$setElementOrder/initContainers": [{"name": "i"}],
        "initContainers": [{"name": "i", "image": "i:2"}],
    }
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"images": {"log": "log:1", "i": "i:1"}}
    assert mutation.inverse.expects == {
        "/spec/template/spec/containers/1/image": "log:2",
        "/spec/template/spec/initContainers/0/image": "i:2",
    }


def test_the_template_of_a_cron_job_lies_deeper() -> None:
    row = found(
        CRON_JOBS, "c", "default", spec={"jobTemplate": {"spec": {"template": pods({"name": "j", "image": "j:1"})}}}
    )
    body = image(row, images={"j": "j:2"}).request.decoded()
    assert body["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"] == [{"name": "j", "image": "j:2"}]
    pod = found(PODS, "p", "default", spec=pods({"name": "j", "image": "j:1"})["spec"])
    assert image(pod, images={"j": "j:2"}).request.decoded()["spec"]["containers"] == [{"name": "j", "image": "j:2"}]


@pytest.mark.parametrize(
    "text",
    [
        "missing",
        "web:1.9",
        "registry.example/shop/web:1.9",
        "localhost:5000/a/b_c/d-e:Tag_1.2",
        "[2001:db8::1]:5000/web",
        "web@sha256:" + "a" * 64,
        "registry.example/web:1@sha256:" + "0" * 64,
    ],
)
def test_images(text: str) -> None:
    assert checked(f" {text} ") == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "An image is missing"),
        ("Web:1", "its name must be in small letters"),
        ("web 1", "it has a space in it"),
        ("https://registry.example/web", "leave the scheme away"),
        ("web:", "it is written"),
        ("web:a:b", "it is written"),
        ("web@sha256:abc", "it is written"),
        ("\x1b[31mweb", "it is written"),
        pytest.param("a/" * 600 + "b", "it is longer than 1024 characters", id="long"),
    ],
)
def test_texts_that_are_no_image(text: str, words: str) -> None:
    with pytest.raises(UnableError, match=words) as caught:
        image(web(), images={"web": text})
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(JOBS, "The image of a Job cannot be changed: delete"), (SERVICES, "has no pod template: choose a workload")],
)
def test_what_has_no_image_to_change(kind: Kind, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        image(web(kind), images={"web": "web:2"})


# ---- on a server


async def test_each_and_back_on_a_server(cluster: EmbeddedCluster) -> None:
    body = manifests.deployment("web")
    [container] = body["spec"]["template"]["spec"]["containers"]
    container |= {
        "env": [{"name": "OLD", "value": "1"}],
        "resources": {"requests": {"cpu": "100m"}},
        "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
    }
    changes: list[tuple[str, Object]] = [
        ("images.image", {"images": {"web": "web:2"}}),
        ("environment.env", {"text": "NEW=2"}),
        ("resources.resources", {"requests": "cpu=50m,memory=1Gi", "limits": "memory=2Gi"}),
        ("probes.probe", {"probe": "liveness", "text": "period=3s failure=9"}),
    ]
    async with http(cluster) as client:
        reply = await client.ask("POST", DEPLOYMENTS.path("default"), body)
        assert reply.status == 201, reply.body
        first = (await acting.read(client, DEPLOYMENTS, "web")).exact()["spec"]
        for builder, args in changes:
            mutation, after = await acting.done(client, builder, DEPLOYMENTS, "web", **args)
            assert after["spec"] != first
            assert (await acting.taken_back(client, mutation))["spec"] == first
            foreign = await acting.built(client, builder, DEPLOYMENTS, "web", **args)
            await client.ask("DELETE", mutation.target.path)
            await client.ask("POST", DEPLOYMENTS.path("default"), body)
            assert (await acting.sent(client, foreign)).status == 422
        _, after = await acting.done(client, "environment.env", DEPLOYMENTS, "web", text="OLD- NEW=2")
        [container] = after["spec"]["template"]["spec"]["containers"]
        assert container["env"] == [{"name": "NEW", "value": "2"}]
