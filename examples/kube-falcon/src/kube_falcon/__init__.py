"""The operator kube-falcon: its API in `api`, its controllers in `controllers`."""
