"""Claims and their grounds: what a monograph may say, and why."""
