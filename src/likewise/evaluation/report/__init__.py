"""What a report says, and its faces: HTML, Markdown, JSON."""
