"""A room of learners without browsers: load and faults against a real server."""
