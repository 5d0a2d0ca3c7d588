"""SQS, and nothing else knows it: lanes out, overflow in, what is set aside, and what a queue delivers."""
