"""Meta-analysis on arrays: NumPy in, NumPy out; knows no studies."""
