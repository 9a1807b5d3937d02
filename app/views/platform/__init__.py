"""What the tablet's own system does for the app, behind the ports of the services."""
