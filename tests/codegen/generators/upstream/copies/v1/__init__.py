# +k8s:deepcopy-gen=package
# +groupName=copies.example.com
"""Types that are copied unless they say otherwise."""
