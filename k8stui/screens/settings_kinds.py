"""Config maps, secrets and quotas of a namespace or of all: kinds whose rows stand alone."""

from k8stui.actions import Where
from k8stui.model import keyed_rows, quota_row
from k8stui.model.keyed_rows import CONFIG_MAP_COLUMNS, SECRET_COLUMNS, Keyed
from k8stui.model.kinds import CONFIG_MAPS, RESOURCE_QUOTAS, SECRETS
from k8stui.model.quota_row import Quota
from k8stui.screens.kind_pane import KindPane


class QuotasPane(KindPane[Quota]):
    """Quotas with how much of each is taken."""

    kind = RESOURCE_QUOTAS
    all_columns = quota_row.COLUMNS
    first_sort = "FULLEST"

    def search(self, row: Quota) -> str:
        """Name and resources."""
        return quota_row.search_text(row)

    def explain(self, row: Quota) -> str:
        """What is used up."""
        return quota_row.explain(row)


class ConfigMapsPane(KindPane[Keyed]):
    """Config maps with their keys and sizes."""

    kind = CONFIG_MAPS
    all_columns = CONFIG_MAP_COLUMNS

    def search(self, row: Keyed) -> str:
        """Name, type and keys."""
        return keyed_rows.search_text(row)

    def explain(self, row: Keyed) -> str:
        """Whether it can be changed."""
        return keyed_rows.explain(row)


class SecretsPane(ConfigMapsPane):
    """Secrets with their keys and sizes; their values are in no row."""

    kind = SECRETS
    all_columns = SECRET_COLUMNS
    where = Where.SECRETS
