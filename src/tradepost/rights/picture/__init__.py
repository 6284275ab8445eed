"""The data map as a picture: whose data, where it lies, who gets it, when it goes. Lanes first, then their drawing."""
