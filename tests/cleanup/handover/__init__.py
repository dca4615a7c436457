"""Tests of documents handed over to the business software."""
