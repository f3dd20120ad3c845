"""One object of each kind, from `one_of_each.yaml`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("one_of_each.yaml")
Object = dict[str, Any]


def objects(namespace: str) -> Iterator[Object]:
    """Those in namespaces belong to this one."""
    yield from yaml.safe_load_all(FILE.read_text().replace("$NAMESPACE", namespace))
