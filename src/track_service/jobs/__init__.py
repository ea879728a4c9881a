"""Work without a request: the catalogue of jobs, and who runs them."""
