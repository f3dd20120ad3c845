"""The debug-pod launcher and the sweep of what was left behind: what is chosen, what it comes to, what becomes of it.

What must not enter: how the objects are built (`operations.builders.debug*`), who may start what (`model.pod_security`)
and what becomes of them without a page (`operations.debugging`). A session in them is `screens.terminals`' affair.
"""
