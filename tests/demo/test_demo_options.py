"""What makes no sense is refused with a sentence that names the flag."""

import pytest

from k8stui.demo.options import DemoOptions


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scenario": "shoop"}, "--scenario must be shop, quiet or empty, not 'shoop'"),
        ({"pods": -1}, "--pods must be between 0 and 200,000"),
        ({"pods": 1, "nodes": 10_001}, "--nodes must be between"),
        ({"churn": 5}, "give --pods too"),
        ({"nodes": 5}, "give --pods too"),
        ({"pods": 1, "churn": -1}, "--churn must be between"),
        ({"speed": 0.0}, "--speed must be between"),
        ({"speed": float("nan")}, "--speed must be between"),
        ({"port": 65_536}, "--port must be between"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DemoOptions(**given)  # type: ignore[arg-type]
