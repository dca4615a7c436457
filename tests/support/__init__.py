"""What the tests stand on: servers, certificates, terminals."""
