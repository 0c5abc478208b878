"""The stores: one class and one file of SQL each."""
