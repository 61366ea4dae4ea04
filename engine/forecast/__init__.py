"""When would each step be due, if a case came in at some instant: the real calendar, no case."""
