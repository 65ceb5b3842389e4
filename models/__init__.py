"""What Zimu's models are and how they are made; the only place that knows torch."""
