"""First contact and its troubles: finding a server, trying a BAL, checking a machine."""
