"""What the configuration says of logs and of debug pods, and what is said of a mistake there."""

from pathlib import Path

import pytest

from k8stui.config import Configuration, load
from k8stui.config_rooms import known
from k8stui.settings import DebugSettings, LogSettings, Preset, Settings

DOCUMENTED = Path(__file__).parent.parent / "docs" / "configuration.md"


def configured(folder: Path, text: str) -> Configuration:
    file = folder / "k8stui" / "config.yaml"
    file.parent.mkdir()
    file.write_text(text)
    return load({"XDG_CONFIG_HOME": str(folder), "HOME": "/home/jane"})


def test_everything_they_can_say(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        """
logs: {tail: -1, memory: 64Mi, streams: 100, window: 0, fields: [trace, user], wrap: true}
debug:
  profile: restricted
  lifetime: 30m
  leave: keep
  presets:
    - {name: tools, image: 'registry.example/tools:3'}
    - name: all
      image: localhost:5000/all@sha256:0123456789012345678901234567890123456789012345678901234567890123
      command: [bash]
      args: [-l]
      env: {PAGER: less, EMPTY: ''}
      requests: {cpu: 50m}
      limits: {cpu: 1, memory: 64Mi}
      profile: sysadmin
      user: 1000
""",
    )
    assert found.notices == ()
    made = Settings(**found.values)
    assert made.logs == LogSettings(
        tail=-1, memory=64 * 1024**2, streams=100, window=0, fields=("trace", "user"), wrap=True
    )
    digest = "0123456789012345678901234567890123456789012345678901234567890123"
    assert made.debug == DebugSettings(
        profile="restricted",
        lifetime=1800,
        leave="keep",
        presets=(
            Preset(name="tools", image="registry.example/tools:3"),
            Preset(
                name="all",
                image=f"localhost:5000/all@sha256:{digest}",
                command=("bash",),
                args=("-l",),
                env=(("PAGER", "less"), ("EMPTY", "")),
                requests=(("cpu", "50m"),),
                limits=(("cpu", "1"), ("memory", "64Mi")),
                profile="sysadmin",
                user=1000,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("logs: {tail: many}", "tail must be a whole number from -1 to 1000000"),
        ("logs: {tail: true}", "tail must be a whole number"),
        ("logs: {tail: 1.5}", "tail must be a whole number"),
        ("logs: {memory: 12}", "memory must be a quantity of bytes between 1Mi and 4Gi"),
        ("logs: {memory: lots}", "for example 32Mi"),
        ("logs: {memory: true}", "for example 32Mi"),
        ("logs: {streams: 0}", "streams must be a whole number from 1 to 500"),
        ("logs: {window: 1m}", "window must be a time between 1ms and 10s, for example 250ms"),
        ("logs: {fields: level}", "fields must be a list"),
        ("logs: {wrap: 1}", "wrap must be true or false"),
        ("logs: {tails: 3}", "did you mean tail?"),
        ("logs: on", "logs must be a mapping"),
        ("debug: {profile: admin}", "profile must be general, baseline, restricted, netadmin, sysadmin or legacy"),
        ("debug: {lifetime: 1s}", "lifetime must be a time between 60s and 7d, for example 30m or 4h"),
        ("debug: {lifetime: 0}", "lifetime must be a time"),
        ("debug: {leave: maybe}", "leave must be ask, remove or keep, not 'maybe'"),
        ("debug: {presets: tools}", "presets must be a list"),
        ("debug: {presets: [tools]}", "must be a mapping"),
        ("debug: {presets: [{name: a}]}", "a preset needs image"),
        ("debug: {presets: [{image: a}]}", "a preset needs name"),
        ("debug: {presets: [{name: a b, image: a}]}", "name must be one word"),
        ("debug: {presets: [{name: a, image: A}]}", "its name must be in small letters"),
        ("debug: {presets: [{name: a, image: a, command: sh}]}", "command must be a list"),
        ("debug: {presets: [{name: a, image: a, env: {A: 1}}]}", "put it in quotes"),
        ("debug: {presets: [{name: a, image: a, env: [A]}]}", "env must be a mapping"),
        ("debug: {presets: [{name: a, image: a, limits: {cpu: much}}]}", "cpu must be a quantity"),
        ("debug: {presets: [{name: a, image: a, limits: {cpu: true}}]}", "cpu must be a quantity"),
        ("debug: {presets: [{name: a, image: a, profil: restricted}]}", "did you mean profile?"),
        ("debug: {presets: [{name: a, image: a, user: 0}]}", "user must be a whole number from 1"),
    ],
)
def test_a_mistake_is_named_and_ignored_and_locks_nothing(tmp_path: Path, text: str, said: str) -> None:
    found = configured(tmp_path, text + "\nmouse: false\n")
    (notice,) = found.notices
    assert said in notice
    assert notice.startswith(f"{tmp_path}/k8stui/config.yaml, line 1: ")
    assert notice.endswith("; it is ignored")
    made = Settings(**found.values)
    assert not made.mouse
    assert (made.logs, made.debug) == (LogSettings(), DebugSettings())
    assert not made.is_read_only("prod")


def test_a_preset_that_is_wrong_is_left_out_as_a_whole_and_the_others_stay(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        "debug:\n  leave: keep\n  presets:\n"
        "  - {name: a, image: x}\n  - {name: b, image: x, user: 0}\n  - {name: a, image: y}\n",
    )
    assert [notice.partition("config.yaml, ")[2] for notice in found.notices] == [
        "line 5: user must be a whole number from 1 to 2147483647; it is ignored",
        "line 6: there are two presets named a; it is ignored",
    ]
    assert found.values["debug"] == DebugSettings(leave="keep", presets=(Preset(name="a", image="x"),))


def test_a_misspelt_guard_in_them_locks_the_contexts_all_the_same(tmp_path: Path) -> None:
    found = configured(tmp_path, "debug: {read_only: true}\n")
    assert Settings(**found.values).is_read_only("prod")


def test_every_entry_in_them_is_documented() -> None:
    text = DOCUMENTED.read_text()
    assert len(known()) > 15
    assert [name for name in known() if f"\n| `{name}` |" not in text] == []
