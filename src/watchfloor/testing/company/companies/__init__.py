"""Companies: who is there, which products they run, and what happens in their week."""
