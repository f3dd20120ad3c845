"""A drain: options, the plan, the job that does it, its report, and how one that was cut off is gone on with.

The plan is pure; only the job sends, by the gateway. No screen and no widget enters here.
"""
