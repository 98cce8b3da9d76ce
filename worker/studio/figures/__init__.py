"""Living things drawn from their bones: people, busts and animals with weight and scale."""
