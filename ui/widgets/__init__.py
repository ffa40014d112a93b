"""The few touch controls that everything on the screen is made of."""
