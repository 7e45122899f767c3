"""Checks a signed webhook as its receiver would: exit code 0 = it is genuine.

Reads one JSON object from standard input: secret, headers, body.
"""

import json
import sys

import standardwebhooks

given = json.load(sys.stdin)
try:
    standardwebhooks.Webhook(given["secret"]).verify(given["body"], given["headers"])
except standardwebhooks.WebhookVerificationError as fault:
    print(fault)
    sys.exit(1)
