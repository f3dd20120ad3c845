"""A shell or an attached container in the terminal: asked for, handed over, and what is said afterwards."""
