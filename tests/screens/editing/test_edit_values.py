"""One value of a ConfigMap or Secret edited as plain text."""

import base64

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.restarting import RestartScreen
from k8stui.screens.pick import PickScreen
from tests.support.clock import ManualClock
from tests.support.editing import SECRET, asked, at, data, drafts, page
from tests.support.house import messages, tells, text, typed
from tests.support.waiting import eventually


async def test_one_value_is_edited_as_plain_text_and_its_readers_restarted(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "configmaps", "settings")
    await typed(app, "e")
    await eventually(lambda: isinstance(app.screen, PickScreen))
    await typed(app, "greeting", "enter")
    edit = await page(app)
    assert edit.text == "hello"
    await typed(app, "end", "!", "ctrl+o")
    assert "+   greeting: hello!" in await asked(app)
    await typed(app, "y")
    offered = await asked(app, RestartScreen)
    assert data(cluster)["greeting"] == "hello!"
    assert "[x] deployment.apps/web  needs a restart  envFrom of container web" in offered
    await typed(app, "r")
    await asked(app)
    await typed(app, "y")
    await tells(app, "deployment.apps/web restarted")


async def test_a_secret_is_masked_until_it_is_asked_for(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    await at(app, cluster, "secrets", "keys")
    await typed(app, "e")
    await eventually(lambda: isinstance(app.screen, PickScreen))
    assert "it is no text" in "\n".join(text(app))
    await typed(app, "password", "enter")
    edit = await page(app)
    assert edit.text == SECRET
    assert {each.stat().st_mode & 0o777 for each in (app.home.house.state / "edits").iterdir()} == {0o600}
    assert (app.home.house.state / "edits").stat().st_mode & 0o777 == 0o700
    await typed(app, "end", "3", "ctrl+o")
    question = await asked(app)
    encoded = base64.b64encode(f"{SECRET}3".encode()).decode()
    assert "another value" in question
    assert encoded not in question
    await typed(app, "x")
    assert f"{SECRET}3" in "\n".join(text(app))
    await typed(app, "y")
    await tells(app, "secret/keys edited")
    assert cluster.store.get("secrets", "keys", "shop")["data"]["password"] == encoded
    await eventually(lambda: drafts(app) == [])
    kept = "".join(each.read_text() for each in app.home.house.state.rglob("*") if each.is_file())
    for value in (SECRET, encoded, base64.b64encode(SECRET.encode()).decode()):
        assert value not in kept
        assert value not in messages(app)
