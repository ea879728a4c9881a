"""Track Service: carriers are asked, histories kept, shoppers told the truth."""
