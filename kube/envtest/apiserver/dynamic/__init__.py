"""What webhooks and admission policies share: which writes concern them, and how they see one.

The rules are those of `k8s.io/apiserver/pkg/admission/plugin/webhook/predicates` and
`.../policy/matching`.
"""
