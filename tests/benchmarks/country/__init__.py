"""
What the platform costs with a whole country in the database, each beside its alternative, in one run.

`python -m tests.benchmarks.country` fills a country of its own (in build/bench, kept for the next run), measures, prints a
table and writes build/benchmarks/<moment>.json with the facts of the machine. Parts can be named: `… pages as_of`.
"""
