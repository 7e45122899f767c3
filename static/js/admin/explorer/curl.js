// A request as a command line.
//
// Invariant: what stands in it can be pasted into a shell and does what the page did.
// Never: holds a token or a cookie; a placeholder stands for the token.

/** Where the token goes. */
export const TOKEN = 'YOUR_API_TOKEN';

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** The command. `body` is an object or a text. */
export function curl(method, address, body) {
  const parts = ['curl'];
  if (method !== 'GET') parts.push(`-X ${method}`);
  parts.push(`-H 'Authorization: Bearer ${TOKEN}'`);
  if (body !== undefined && body !== '') {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    parts.push("-H 'Content-Type: application/json'", `-d ${quoted(text)}`);
  }
  parts.push(quoted(address));
  return parts.join(' \\\n  ');
}
