"""The composition root: the one place that knows every part, and puts them together.

Two modules, because the processes that need them differ: `database` is the parent's, `serving` the workers'.
"""
