"""Runs a plugin's component behind the InsightConnect runtime's HTTP routes. Standard library only, Python 3.8 on."""

VERSION = "1.0.0"
