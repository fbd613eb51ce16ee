"""The certificate that `kube-root-ca.crt` publishes.

The embedded server speaks HTTP without TLS, so there is nothing to verify with it. It is a valid
certificate of an authority whose key was never kept, for programs that read the file.
"""

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBTjCB9KADAgECAgEBMAoGCCqGSM49BAMCMCUxIzAhBgNVBAMMGmVtYmVkZGVk
LWt1YmUtYXBpc2VydmVyLWNhMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAlMSMwIQYDVQQDDBplbWJlZGRlZC1rdWJlLWFwaXNlcnZlci1jYTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABMoUVTa2ppCZKRFGDuWXV1mXLnmc9LRHN7Rc
eRjGeG5RvQU4TKHQBsSSDhpqe5WIxttDhE0iZzcfeja0mmjbn7GjEzARMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPDFSZULPGbPvwiCn2WP0mL+
cxQ7U60o/YFd2R4IdhC2AiEA+nx0Zl2R58q3+xr3YxhpMUNXK0hqDVnNUeelrcYO
hw8=
-----END CERTIFICATE-----
"""
