"""What the recipes share: the corpus and its split, the training loop, the pack writer."""
