"""Labelled footage: annotations in and out, importers, splits, balance, augmentation, extraction from films.

Nothing here needs torch but ``dataset``.
"""
