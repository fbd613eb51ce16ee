"""Nothing stands here yet."""
