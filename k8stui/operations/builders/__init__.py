"""One change of one object, made of it as it is: each a pure function to a `Mutation`, with what they share.

The journal knows them by name (`nodes.cordon`: room and function). Nothing is sent, read or asked here, and no clock is
read: what a builder wants to know besides comes as `around` (`building.listing`).
"""
