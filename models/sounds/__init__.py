"""The recipe of the starter pack for sounds: synthesisers, mixtures, a small network, its training and its figures."""
