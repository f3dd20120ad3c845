"""What is asked: lines of text, choices, and the question before a change with what it touches.

A question asks about a `proposal`; what it means is said by `operations.effects`. `changing` leads from an action to
the cluster and back; nothing but its gateway sends.
"""
