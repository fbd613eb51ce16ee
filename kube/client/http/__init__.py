"""HTTP/1.1 for a Kubernetes client: one connection core without input and output, two drivers.

`exchange` turns bytes into a response, on llhttp (httptools); `head` writes requests; `route` and
`tunnel` decide how a server is reached, directly or through a proxy. The drivers move the bytes:
`async_transport` for asyncio, `transport` (with `wire`) for threads. Why this is not a library:
docs/architecture.md.
"""
