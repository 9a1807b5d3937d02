"""The practice: records, words and rules of Wraparound. Knows nothing of screens, keys or files."""
