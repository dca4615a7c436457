"""ManageSieve (RFC 5804): the scripts by which a server files and answers mail, read and changed."""
