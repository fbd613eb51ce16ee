"""Changes to modules that belong to their user: an import merged into what became of the last one.

`declared` reads modules as declarations with their comments, without judging them; `identity` tells
which declarations of two states are the same one; `settled` gives a new import the names of the
last; `merge` decides, in three ways, what changes; `rewriting` changes the user's files with libcst
and leaves all else of them as it is. Where the modules came from (CRDs, OpenAPI documents) is not
known here: a state is text.
"""
