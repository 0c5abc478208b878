"""The use cases: a class for each subject, a method for each operation."""
