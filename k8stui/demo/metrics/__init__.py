"""What nodes and pods use, as the metrics server tells it: a source of numbers, and the objects made of them.

Nothing is stored: the objects are made for each answer.
"""
