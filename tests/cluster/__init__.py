"""The engine on a real Ray cluster of two nodes, on this machine."""
