"""A whole agency in one thread: real tablets, a real server, virtual time, and everything that can go wrong.

See docs/simulator.md.
"""
