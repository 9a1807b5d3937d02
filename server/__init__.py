"""The agency's server: keeps sealed segments in order and can read none of them."""
