"""What shops sell and who bought what: taken by API, by CSV and out of orders."""
