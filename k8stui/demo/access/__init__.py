"""Who asks, what the Roles and bindings in the store let them do, and the reviews that tell them.

Nothing in here changes objects or knows of HTTP.
"""
