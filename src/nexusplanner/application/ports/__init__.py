"""What the use cases need from the world. Adapters live in infrastructure."""
