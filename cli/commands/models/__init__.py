"""Commands about the models: corpora, training, growing, experiments."""
