"""The group parts.shop.example.com."""
