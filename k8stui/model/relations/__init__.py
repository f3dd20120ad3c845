"""What objects have to do with each other, a file for each sort of relation (`model.related` puts them together)."""
