"""The recipe of the starter voices pack: a small network that tells synthetic people apart by their voices."""
