"""The operator elasticweb: its API in `api`, its controllers in `controllers`."""
