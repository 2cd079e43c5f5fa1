"""Rules of the product. Standard library only; numpy and scipy inside `planning`."""
