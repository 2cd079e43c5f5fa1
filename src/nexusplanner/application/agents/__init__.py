"""The agents: who proposes, who decides, who explains."""
