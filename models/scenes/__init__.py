"""The recogniser of scenes: films with known truth, data, networks, training and deployment."""
