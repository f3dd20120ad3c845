"""What is typed after `:debug`, against kubectl's own table of arguments, and what is wrong with a choice."""

from typing import Any

import pytest

from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE, Options, problems
from k8stui.operations.builders.debug_words import Typed, pair, parse
from k8stui.operations.building import UnableError
from tests.support.debugged import options
from tests.support.golden import table

Object = dict[str, Any]
KUBECTL = Options(stdin=False, tty=False, profile="legacy", namespace="test")
"""kubectl 1.32's defaults."""
OTHERWISE = {"No targets": "it is the object under the cursor, or nothing"}


def judged(words: str) -> tuple[Typed | None, list[str]]:
    try:
        found = parse(words, KUBECTL)
    except UnableError as error:
        return None, [str(error)]
    return found, problems(found.options)


@pytest.mark.parametrize("case", table("debug_args"))
def test_kubectls_arguments(case: Object) -> None:
    found, wrong = judged(case["args"])
    if case["name"] in OTHERWISE:
        assert not wrong
        return
    assert bool(wrong) is case["error"], wrong
    if case["error"]:
        assert all(says.strip() for says in wrong)
        return
    assert found is not None
    want = case["expectedOptions"]
    made = options(want, found.options.mode, namespace="test")
    assert found.options == made
    assert list(found.targets) == want["TargetNames"]
    assert found.attach is want.get("Attach", False)


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("--image=x", ALONE),
        ("web-1 --image=x", EPHEMERAL),
        ("--copy-to=y --image=x", COPY),
        ("web-1 --copy-to= --image=x", EPHEMERAL),
        ("node/w-1 --copy-to= --image=x", NODE),
        ("node/w-1 --image=x", NODE),
    ],
)
def test_the_mode_follows_from_what_is_typed(words: str, mode: str) -> None:
    assert parse(words, Options(mode=ALONE)).options.mode == mode


def test_a_node_has_no_copy() -> None:
    with pytest.raises(UnableError, match="--copy-to copies a pod, and a node is none: leave it out"):
        parse("node/w-1 --copy-to=y --image=x")


@pytest.mark.parametrize(
    ("mode", "name", "fits"),
    [(EPHEMERAL, "1A", True), (COPY, "a b", True), (NODE, "A", True), (ALONE, "1A", False), (EPHEMERAL, "", False)],
)
def test_names_of_variables_are_the_servers_business_where_kubectl_leaves_them_to_it(
    mode: str, name: str, fits: bool
) -> None:
    place = "x" if mode == NODE else ""
    wrong = problems(
        Options(mode=mode, image="x", env=((name, "1"),), name="y" if mode == COPY else "", namespace=place)
    )
    assert bool(wrong) is not fits
    assert all("is no name of a variable" in each for each in wrong)


def test_what_is_not_typed_is_the_bases() -> None:
    base = Options(mode=COPY, image="busybox", namespace="shop", lifetime=3600.0, env=(("A", "b"),))
    found = parse("--target app -it=false --user=1000 --lifetime=30m --host-network", base)
    assert found.options.image == "busybox"
    assert (found.options.target, found.options.tty, found.options.stdin) == ("app", False, True)
    assert (found.options.user, found.options.lifetime, found.options.host_network) == (1000, 1800.0, True)
    assert found.given == {"target", "tty", "stdin", "user", "lifetime", "host_network"}
    assert found.options.env == base.env


def test_words_after_two_dashes() -> None:
    assert parse("-- sh -c 'a b' --image=x").options.command == ("sh", "-c", "a b", "--image=x")
    only = parse("--arguments-only -- a b", Options(command=("x",))).options
    assert (only.command, only.args) == ((), ("a", "b"))


def test_variables_and_images_as_pflag_splits_them() -> None:
    found = parse(["--env=A=b,c", "--env=B=1,C=2", "--set-image", "*=x,app=y:1"]).options
    assert found.env == (("A", "b,c"), ("B", "1"), ("C", "2"))
    assert found.set_images == (("*", "x"), ("app", "y:1"))
    amounts = parse("--requests=cpu=50m,memory=64Mi --limits=cpu=1").options
    assert (amounts.requests, amounts.limits) == ((("cpu", "50m"), ("memory", "64Mi")), (("cpu", "1"),))


def test_a_custom_container_is_a_file_or_json() -> None:
    assert parse("--custom=c.yaml").custom_file == "c.yaml"
    assert parse(["--custom", '{"tty": true}']).options.custom == '{"tty": true}'


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--imag=x", "did you mean --image?"),
        ("--zzz", "kubectl debug has none such"),
        ("-z", "There is no flag -z"),
        ("-f x", "-f is not offered"),
        ("--replace", "--replace is not offered"),
        ("--serviceaccount=x", "--serviceaccount is not offered: it is the pod's, or its namespace's default"),
        ("--overrides={}", "--custom (e) lays a partial container"),
        ("--privileged", "--profile=sysadmin"),
        ("--image", "--image needs a value"),
        ("--tty=maybe", "--tty is true or false"),
        ("--env=A", "write --env=name=value"),
        ("--env=A=b=c,d", """in quotes: '--env="A=b=c,d"'"""),
        ("--lifetime=soon", "write it like 30m or 4h"),
        ("--user=root", "write the number"),
        ("'", "A quote is opened"),
    ],
)
def test_what_cannot_be_read(words: str, says: str) -> None:
    with pytest.raises(UnableError, match=r".") as caught:
        parse(words)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(mode="else", image="x"), "no way to debug"),
        (Options(), "An image is missing"),
        (Options(image="X"), "small letters"),
        (Options(image="x", same_node=True), "--same-node"),
        (Options(image="x", set_images=(("a", "b"),)), "--set-image"),
        (Options(image="x", share_processes=False), "--share-processes"),
        (Options(image="x", keep_init_containers=False), "--keep-"),
        (Options(image="x", name="y"), "can be given a name"),
        (Options(image="x", host_network=True), "its node's network"),
        (Options(image="x", profile="all"), "there are general, baseline"),
        (Options(image="x", pull="Sometimes"), "there are Always, IfNotPresent, Never"),
        (Options(image="x", stdin=False), "--stdin"),
        (Options(mode=ALONE, image="x", env=(("1", ""),)), "no name of a variable"),
        (Options(image="x", env=(("\u00e4", ""),)), "no name of a variable"),
        (Options(image="x", env=(("A", ""), ("A", ""))), "A comes twice"),
        (Options(image="x", container="A"), "cannot name a container"),
        (Options(image="x", suffix="-"), "cannot end a name"),
        (Options(image="x", custom="image: y"), "cannot say image"),
        (Options(image="x", custom="resources: {}"), "an ephemeral container can have none"),
        (Options(image="x", limits=(("cpu", "much"),)), "write it like 100m or 64Mi"),
        (Options(image="x", lifetime=-1), "lifetime"),
        (Options(image="x", user=-1), "a number"),
        (Options(mode=COPY, name="y"), "A copy must differ"),
        (Options(mode=COPY, command=("sh",)), "A command needs a container"),
        (Options(mode=COPY, image="x", target="app"), "--share-processes"),
        (Options(mode=COPY, image="x", set_images=(("a", "B"),)), "Container a: 'B' is no image"),
        (Options(mode=COPY, image="x", set_images=(("a", "b"), ("a", "c"))), "Container a comes twice"),
        (Options(mode=COPY, image="x", name="A"), "cannot name a pod"),
        (Options(mode=NODE, image="x"), "in which namespace"),
        (Options(mode=ALONE, image="x", name="a.b"), "names the container, too"),
        (Options(mode=ALONE, image="x", name="a", container="b"), "has the name of the pod"),
    ],
)
def test_what_is_wrong_with_a_choice(options: Options, says: str) -> None:
    assert any(says in each for each in problems(options)), problems(options)


@pytest.mark.parametrize("words", ["--rm", "--restart=Never"])
def test_flags_of_run_are_told_apart(words: str) -> None:
    with pytest.raises(UnableError):
        parse(words)


@pytest.mark.parametrize("value", ["b", "", "b,c", "x=y", "a=b,c=d", '"q"', '"', 'end"', 'k="v",w', "a=b\nc", " s "])
def test_a_pair_reads_back_as_it_was_written(value: str) -> None:
    assert parse([f"--env={pair('NAME', value)}", "--env=B=c"]).options.env == (("NAME", value), ("B", "c"))
