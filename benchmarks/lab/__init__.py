"""Speed of the experiments' code, compared with other libraries."""
