"""DynamoDB and S3: the keys on one page, the items, and the adapters that services know by their Protocols."""
