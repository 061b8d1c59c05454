"""Who did what, when and from where: entries that nobody changes, linked into a chain.

`record` writes an entry in the caller's transaction and takes no lock. `chain` links entries after their
commit, `verify` finds what was deleted or altered, `teams.erasure` forgets a person without breaking the
chain. A room says what its kinds of entries mean by `words.register`.
"""
