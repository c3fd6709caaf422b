"""What goes on without any attack; each matter is a function with parameters."""
