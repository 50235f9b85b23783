"""The static site: pages made from claims, no script needed to read."""
