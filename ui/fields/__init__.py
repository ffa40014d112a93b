"""Questions as fields, and lines to type into. Nothing is read before it is needed."""
