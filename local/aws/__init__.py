"""AWS on this machine: moto behind one lock, with the resources of template.yaml.

server.py      moto as a WSGI application, one call at a time; who called what is told to the journal
fifo.py        deduplication of FIFO queues, which moto forgets when a message is deleted
partitions.py  queries that look at their partition only, for speed
template.py    template.yaml as plain CloudFormation, and what of it this stack runs itself
resources.py   the resources created in moto, and the functions' environments
queues.py      a look into moto's queues, for pollers and for "is all quiet?"
deadlines.py   what the passing of time does: DynamoDB's TTL, SQS's time-outs
"""
