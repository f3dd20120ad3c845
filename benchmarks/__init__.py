"""What `make bench` runs: the budgets of the design, measured from outside in a pseudo terminal.

Every figure is the median of several runs on this machine; none is a test that fails. Limits stand beside the figures.
"""
