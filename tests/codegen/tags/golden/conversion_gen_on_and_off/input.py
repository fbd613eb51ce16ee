# +k8s:conversion-gen=apis.example
# +k8s:conversion-gen=false
"""v1."""
