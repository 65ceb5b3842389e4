"""The recipe of the starter translation pack: data, model, training, export and evaluation."""
