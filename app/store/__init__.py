"""The files of this tablet: a sealed log that is the truth, and a database in memory made from it."""
