"""What tests stand on: databases of both engines, a client, a live server, a browser."""
