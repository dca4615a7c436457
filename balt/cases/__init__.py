"""What takes weeks and is followed: a BAL that is to be left."""
