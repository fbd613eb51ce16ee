"""Admission webhooks: which of them a request concerns, what they are asked, what they answer.

The order and the rules are those of `k8s.io/apiserver/pkg/admission/plugin/webhook`.
"""
