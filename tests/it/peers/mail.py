"""A mail server for the tests: STARTTLS and log-in required, or TLS from the first byte.

Usage: mail.py PORT CERTIFICATE KEY MODE    MODE = starttls | tls | plain

u@example.jp has the password `pässw0rd` and the token `good-token`. A recipient that begins with
`nobody` is refused for good (550), one that begins with `grey` is put off once (451), one that
begins with `refuse-letter` makes the letter itself be refused (554). Every letter that was taken is
printed as one line of JSON.
"""

import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, MISSING

USER, PASSWORD, TOKEN = "u@example.jp", "pässw0rd", "good-token"
put_off = set()


def say(**words):
    print(json.dumps(words), flush=True)


class Letters:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        say(hello=hostname, tls=session.ssl is not None)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("grey") and address not in put_off:
            put_off.add(address)
            say(put_off=address)
            return "451 4.7.1 come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        if any(name.startswith("refuse-letter") for name in envelope.rcpt_tos):
            return "554 5.6.0 not this letter"
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            text=envelope.content.decode("ascii"),
            tls=session.ssl is not None,
            login=session.auth_data,
        )
        return "250 2.0.0 queued as T1"

    async def auth_XOAUTH2(self, server, args):
        blob = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        if blob is MISSING:
            return AuthResult(success=False)
        fields = dict(part.split("=", 1) for part in blob.decode().split("\x01") if part)
        good = fields.get("user") == USER and fields.get("auth") == f"Bearer {TOKEN}"
        return AuthResult(success=good, handled=False, auth_data=fields.get("user"))


def authenticator(server, session, envelope, mechanism, data):
    name, password = data.login.decode("utf-8"), data.password.decode("utf-8")
    good = (name, password) == (USER, PASSWORD)
    say(login=name, mechanism=mechanism, good=good)
    return AuthResult(success=good, handled=False, auth_data=name if good else None)


async def main(port, certificate, key, mode):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    options = {"authenticator": authenticator, "auth_required": True, "hostname": "mail.example.jp"}
    if mode == "starttls":
        options.update(tls_context=context, require_starttls=True)
    else:
        options.update(auth_require_tls=False)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Letters(), loop=loop, **options),
        "127.0.0.1",
        port,
        ssl=context if mode == "tls" else None,
    )
    say(up=port)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]))
