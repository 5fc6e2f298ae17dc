"""Trains Earshot's networks with PyTorch, from the feature caches and for the model files of the
program `earshot`. See README.md."""
