"""The page of a rollout: revisions, pods, differences, last log lines. Rules are in `operations.rollouts`."""
