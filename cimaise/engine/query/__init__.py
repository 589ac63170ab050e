"""Questions: from parameters to a plan, from a plan to an answer."""
