"""What the server stores, and what a write does to one object.

`store` remembers objects and their changes under one growing revision. `writes` is the path of a
create, update or delete; `metadata` has the rules that apply to every kind, and a kind's own rules
are its `Strategy`.
"""
