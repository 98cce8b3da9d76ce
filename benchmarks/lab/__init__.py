"""Speed of the laboratory, beside the libraries that people would otherwise use."""
