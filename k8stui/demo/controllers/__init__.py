"""What keeps the cluster as it should be: small reconcilers, each with its queue, on one agenda of the injected clock.

They read shared caches and write through the registry. What happens on a node is the kubelet's; nothing in here knows
of HTTP, reads the machine's clock, or asks again and again whether something has changed.
"""
