"""The table of comments: every answer to a survey, one a row, in any order, a page at a time."""
