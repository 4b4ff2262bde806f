"""A class of two hundred on one server, beside what is usually done."""
