"""What several commands share: the data folder, wiring, servers, shutdown."""
