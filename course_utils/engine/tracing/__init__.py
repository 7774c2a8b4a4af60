"""Writing operations down instead of doing them."""
