"""What people see: the stream of works, their pages, and the feeds."""
