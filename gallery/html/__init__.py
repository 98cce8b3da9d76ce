"""What templates show: rendering, and the parts of a page that many share."""
