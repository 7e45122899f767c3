// A mail server that knows people by their tokens, and answers a bad one as Gmail and Microsoft do:
// 334 with the error as a challenge, and a failure only after the client's empty line.
// Usage: tokens.js PORT CERTIFICATE KEY TOKEN     Prints one line of JSON for each thing that happens.
const fs = require('fs');
const { SMTPServer } = require('smtp-server');

const [port, certificate, key, token] = process.argv.slice(2);
const say = (words) => console.log(JSON.stringify(words));

const server = new SMTPServer({
  cert: fs.readFileSync(certificate),
  key: fs.readFileSync(key),
  authMethods: ['XOAUTH2'],
  onAuth(auth, session, answer) {
    const good = auth.username === 'u@example.jp' && auth.accessToken === token;
    say({ login: auth.username, token: auth.accessToken, good, tls: session.secure });
    if (good) return answer(null, { user: auth.username });
    return answer(null, { data: { status: '401', schemes: 'bearer', scope: 'https://mail.example/' } });
  },
  onData(stream, session, answer) {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => {
      const recipients = session.envelope.rcptTo.map((one) => one.address);
      say({ recipients, text: Buffer.concat(parts).toString('latin1') });
      answer(null, 'queued as N1');
    });
  },
});
server.on('error', (fault) => say({ fault: String(fault) }));
server.listen(Number(port), '127.0.0.1', () => say({ up: Number(port) }));
