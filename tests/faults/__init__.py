"""What can go wrong around a chat, against real gunicorn; each test is named after its row."""
