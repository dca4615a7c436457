"""The user's own BAL: what can be measured of each, and the thread that asks its server."""
