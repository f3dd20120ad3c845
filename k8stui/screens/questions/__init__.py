"""What is asked: lines of text, choices, and the question before a change with what it touches."""
