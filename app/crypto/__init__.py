"""Keys, seals and signatures. The only package that imports `cryptography` and `argon2`."""
