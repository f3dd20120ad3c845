"""The configuration file: what it can say, what is said of a mistake, and that a mistake never opens a door."""

import os
import re
from pathlib import Path

import pytest

from k8stui.arguments import parser, settings_of
from k8stui.config import Configuration, load, location
from k8stui.settings import ContextSettings, Settings, fits

DOCUMENTED = Path(__file__).parent.parent / "docs" / "configuration.md"


def configured(folder: Path, text: str | bytes) -> Configuration:
    file = folder / "k8stui" / "config.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load({"XDG_CONFIG_HOME": str(folder), "HOME": "/home/jane"})


def settings(configuration: Configuration, *words: str) -> Settings:
    return settings_of(parser().parse_args(words), {"LANG": "C.UTF-8"}, configuration)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert load({"XDG_CONFIG_HOME": str(tmp_path)}) == Configuration()
    assert configured(tmp_path, "# nothing yet\n") == Configuration()


def test_notices_name_a_file_at_home_as_people_do(tmp_path: Path) -> None:
    (tmp_path / ".config" / "k8stui").mkdir(parents=True)
    (tmp_path / ".config" / "k8stui" / "config.yaml").write_text("theme: x")
    assert load({"HOME": str(tmp_path)}).notices[0].startswith("~/.config/k8stui/config.yaml, line 1: theme")


def test_where_it_stands() -> None:
    assert location({"HOME": "/h"}) == Path("/h/.config/k8stui/config.yaml")
    assert location({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/k8stui/config.yaml")
    assert location({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}) == Path("/h/.config/k8stui/config.yaml")


def test_everything_it_can_say(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        """
theme: light
times: utc
view: deployments
namespace: shop
mouse: false
request_timeout: 1m30s
linger: 20
log_file: ~/logs/k8stui.log
favourites: [shop, payments]
columns:
  pods: [name, STATUS, node]
sort:
  pods: restarts desc
  nodes: CPU REQ
read_only: ['prod-*', eu?]
protected: true
contexts:
  prod-test: {read_only: false, view: nodes, namespace: '*', favourites: [tests]}
""",
    )
    assert found.notices == ()
    made = settings(found)
    assert (made.theme, made.times, made.view, made.namespace, made.mouse) == (
        "light",
        "utc",
        "deployments",
        "shop",
        False,
    )
    assert (made.timing.request, made.timing.linger, made.request_timeout) == (90, 20, 90)
    assert made.log_file == Path("/home/jane/logs/k8stui.log")
    assert made.columns_of("pods") == ("NAME", "STATUS", "NODE")
    assert made.sort_of("pods") == ("RESTARTS", True)
    assert made.sort_of("nodes") == ("CPU REQ", False)
    assert made.sort_of("deployments.apps") is None
    assert [name for name in ("prod-a", "prod-test", "eu1", "eu12", "dev") if made.is_read_only(name)] == [
        "prod-a",
        "eu1",
    ]
    assert made.is_protected("anything")
    assert (made.first_view("prod-test"), made.first_namespace("prod-test")) == ("nodes", "*")
    assert (made.first_view("dev"), made.first_namespace("dev")) == ("deployments", "shop")
    assert made.favourites_in("prod-test") == ("tests", "shop", "payments")


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        "theme: light\nview: pods\nmouse: true\nrequest_timeout: 5s\nlog_file: /a\nread_only: false\n"
        "contexts: {c: {view: nodes, read_only: false}}\n",
    )
    made = settings(found, *"--theme dark --view jobs --no-mouse --request-timeout 9s --log-file b --read-only".split())
    assert (made.theme, made.first_view("c"), made.mouse, made.timing.request) == ("dark", "jobs", False, 9)
    assert made.log_file == Path("b")
    assert made.is_read_only("c")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme: pink\n", "line 1: theme must be dark, light or ansi, not 'pink'"),
        ("\ntimes: 3\n", "line 2: times must be a text"),
        ("mouse: maybe\n", "line 1: mouse must be true or false"),
        ("request_timeout: soon\n", "line 1: request_timeout must be a time"),
        ("request_timeout: 0\n", "line 1: request_timeout must be a time"),
        ("linger: true\n", "line 1: linger must be a time"),
        ("log_file: here.log\n", "line 1: log_file must be a path that begins with / or ~/"),
        ("columns: [NAME]\n", "columns: {pods: [NAME, STATUS, AGE]}"),
        ("columns:\n  pods: NAME\n", "line 2: columns.pods must be a list"),
        ("sort: {pods: desc}\n", "sort.pods must name a column"),
        ("favourites: shop\n", "line 1: favourites must be a list"),
        ("themes: dark\n", "line 1: there is no entry 'themes' (did you mean theme?)"),
        ("zebra: red\n", "there are columns, contexts, debug, favourites,"),
        ("namespace: a b\n", "line 1: namespace must be the name of a namespace"),
        ("contexts: {dev: {views: pods}}\n", "there is no entry 'views' (did you mean view?)"),
    ],
)
def test_a_bad_entry_is_named_and_ignored_and_the_rest_counts(tmp_path: Path, text: str, said: str) -> None:
    found = configured(tmp_path, text + "read_only: [prod]\n")
    (notice,) = found.notices
    assert said in notice
    assert notice.startswith(f"{tmp_path}/k8stui/config.yaml, line ")
    assert notice.endswith("; it is ignored")
    made = settings(found)
    assert not made.is_read_only("dev")
    assert made.is_read_only("prod")
    assert made.notices == found.notices


@pytest.mark.parametrize(
    "text",
    [
        "read_only: 'true'\n",
        "read_only: prod-*\n",
        "read_only: [prod, 3]\n",
        "read_only: {prod: true}\n",
        "read_only:\n",
        "readonly: true\n",
        "read-only: [prod]\n",
        "Read_Only: true\n",
        "redonly: true\n",
        "protectd: [prod]\n",
        "protected_contexts: [prod]\n",
        "protected: 7\n",
        "context:\n  prod: {read_only: true}\n",
        "contexts: prod\n",
        "contexts: [{read_only: true}]\n",
        "contexts:\nprod-*:\n  read_only: true\n",
        # A file that cannot be understood may have said it.
        "read_only: [prod\n",
        "theme: dark\n\tread_only: true\n",
        "- read_only\n",
        "just words\n",
        "theme: dark\ntheme: light\n",
        "theme: dark\n---\nread_only: true\n",
        b"theme: \xff\n",
        "theme: \x07\n",
        "a: " + "[" * 200,
    ],
)
def test_a_mistake_about_safety_makes_every_context_read_only(tmp_path: Path, text: str | bytes) -> None:
    found = configured(tmp_path, text)
    made = settings(found)
    assert made.is_read_only("prod")
    assert made.is_read_only("any/thing")
    assert any("until that is mended every context opens read-only" in notice for notice in found.notices)
    assert all(notice.startswith(f"{tmp_path}/k8stui/config.yaml") for notice in found.notices)


@pytest.mark.parametrize(
    "said",
    [
        "{read_only: yes please}",
        "{readonly: true}",
        "{protected: [x]}",
        "read_only",
        "",
        "{protect: true}",
        "{read_only: }",
    ],
)
def test_a_mistake_about_some_contexts_makes_those_read_only(tmp_path: Path, said: str) -> None:
    found = configured(tmp_path, f"contexts:\n  dev: {{read_only: false}}\n  'prod-*': {said}\n")
    made = settings(found)
    assert made.is_read_only("prod-1")
    assert not made.is_read_only("dev")
    (notice,) = found.notices
    assert "line 3" in notice
    assert "until that is mended prod-* opens read-only" in notice


def test_what_is_locked_by_a_mistake_no_other_entry_opens(tmp_path: Path) -> None:
    found = configured(tmp_path, "read_only: 3\ncontexts: {prod: {read_only: false}}\n")
    assert settings(found).is_read_only("prod")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    configured(tmp_path, "theme: dark\n")
    (tmp_path / "k8stui" / "config.yaml").chmod(0)
    found = load({"XDG_CONFIG_HOME": str(tmp_path)})
    assert "may not be read" in found.notices[0]
    assert settings(found).is_read_only("x")


def test_a_folder_and_a_dangling_link_in_its_place(tmp_path: Path) -> None:
    place = tmp_path / "k8stui" / "config.yaml"
    place.mkdir(parents=True)
    assert settings(load({"XDG_CONFIG_HOME": str(tmp_path)})).is_read_only("x")
    place.rmdir()
    place.symlink_to(tmp_path / "nowhere")
    found = load({"XDG_CONFIG_HOME": str(tmp_path)})
    assert "is not there" in found.notices[0]
    assert settings(found).is_read_only("x")


def test_hostile_text_in_it_reaches_no_screen(tmp_path: Path) -> None:
    found = configured(tmp_path, 'theme: "\\e]52;c;x\\a"\n"\\e[2J": 1\ncontexts: {"a\\e[1mb": {read_only: 3}}\n')
    assert len(found.notices) == 3
    assert not any("\x1b" in notice or "\x07" in notice for notice in found.notices)


def test_patterns() -> None:
    assert fits(["a[b]*"], "a[b]c")
    assert not fits(["a[b]*"], "abc")
    assert fits(["?-*"], "x-")
    assert fits(["*"], "line\nbreak")
    assert not fits(["prod"], "prod-1")
    assert not fits([], "x")


def test_of_several_patterns_one_yes_is_enough() -> None:
    made = Settings(
        contexts=(
            ContextSettings(pattern="*", read_only=True),
            ContextSettings(pattern="dev", read_only=False),
            ContextSettings(pattern="d*", protected=True),
        ),
        protected=("x",),
    )
    assert made.is_read_only("dev")
    assert made.is_protected("dev")
    assert made.is_protected("x")


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENTED.read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        found = configured(tmp_path, block)
        assert found.notices == ()
        assert found.values


def test_every_entry_is_documented(tmp_path: Path) -> None:
    (notice,) = configured(tmp_path, "zzzzzz: 1\n").notices
    known = notice.partition("(there are ")[2].partition(")")[0].split(", ")
    assert len(known) > 10
    text = DOCUMENTED.read_text()
    assert [name for name in known if f"| `{name}` |" not in text] == []
