"""The Annuaire Santé: its model, the FHIR client, the extraction files and the local index."""
