"""The program played through for a person to watch, with a stand-in for `rke`.

A folder of its own, since what the audience does to the cluster is not what the role of the
controllers has to allow.
"""
