"""The demo's sample: a minute of drawn scenes, spoken by synthesised voices in English and Chinese."""
