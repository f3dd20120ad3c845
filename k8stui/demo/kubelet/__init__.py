"""What runs on the nodes: the lives of pods and containers, their logs, and the nodes' heartbeats."""
