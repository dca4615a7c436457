"""What looks wrong in the directory itself: rules over what its sources say, each with its evidence."""
