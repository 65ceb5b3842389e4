"""Shot captions in Chinese and English: the recipe after the paper on cross-lingual knowledge distillation."""
