"""Read tools: each answers one kind of question from what the person may read, and changes nothing."""
