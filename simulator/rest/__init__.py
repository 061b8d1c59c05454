"""/services/data: the REST and Tooling APIs."""
