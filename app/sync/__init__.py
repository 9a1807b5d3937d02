"""Synchronisation: brings the sealed log of this device and the agency's server together."""
