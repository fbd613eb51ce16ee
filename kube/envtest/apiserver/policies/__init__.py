"""Admission policies: what CEL expressions in the cluster's own objects say of a write.

The order and the words are those of `k8s.io/apiserver/pkg/admission/plugin/policy`.
"""
