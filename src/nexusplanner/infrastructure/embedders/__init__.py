"""What makes vectors of texts: servers that speak a provider's protocol, and models in a folder of this machine."""

from nexusplanner.infrastructure.embedders.made import WorkspaceEmbedders

__all__ = ["WorkspaceEmbedders"]
