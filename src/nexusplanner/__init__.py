"""NexusPlanner plans marketing campaigns: AI proposes, mathematics decides, every number has a receipt."""
