"""Names by which some modules still know what `storage.objects` and `podfacts` hold."""

from k8stui.demo.controllers import podfacts
from k8stui.demo.controllers.podfacts import finished as finished
from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.objects import ending as ending


def is_ready(pod: Object) -> bool:
    """Whether a pod takes requests."""
    return not ending(pod) and podfacts.is_ready(pod)
