"""The group orders.shop.example.com."""
