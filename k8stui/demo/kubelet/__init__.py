"""What runs on the nodes: the lives of pods and containers, their logs, and the nodes' heartbeats.

Where a pod runs is the scheduler's to decide, and that there is one at all its owner's; what a container contains and
what is typed into it is `runtime`'s.
"""
