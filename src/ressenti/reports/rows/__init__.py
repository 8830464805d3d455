"""Rows of facts with what belongs to them, looked up once for many: lists and exports are made of them."""
