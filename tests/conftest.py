"""Its presence puts this folder on the path, so that tests in any folder can import `making`."""
