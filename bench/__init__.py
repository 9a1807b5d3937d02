"""What the bars say, measured here: `make bench`. See docs/howto/measure.md."""
