"""The composition root: the one place that knows every part, and puts them together.

Apart, because the processes that need them differ: `database` is the parent's, `serving` the workers', `options` what
the one tells the others.
"""
