"""The wire: kubeconfig, credentials, connection, errors, discovery, watch.

The only importer of kubernetes_asyncio and aiohttp. Knows nothing of rows, stores or screens.
"""
