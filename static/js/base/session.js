// Who is signed in, and what he may do.
//
// Invariant: pages hide what the server would refuse; the server decides.
// Never: keeps a password or a token.

import { request, SERVICE } from './api.js';

const ADMINISTRATOR = '管理者';
const OPERATOR = '一般';
const SECRET = new Set(['UserManagement', 'API-Token', 'Audit-Log']);
const COMMAND = 'IncomingCall-Command';
const BY_OPERATORS = new Set(['CustomerAddress', 'ReceivedCall-Record', 'Caller-Rule']);

// Somebody was signed in here: whoever is asked to sign in again is told why.
const WAS_SIGNED_IN = 'signed-in';
// The one 401 that signing in does not mend: no user exists, and this is another computer.
const SET_UP_KEY = 'X-Setup-Key';

let facts = {};

/** Asks the server who we are. Leaves for the log-in page where nobody is signed in. */
export async function loadSession() {
  try {
    facts = (await request('GET', `${SERVICE}/Session`)).data;
  } catch (error) {
    if (error.status !== 401 || error.message.includes(SET_UP_KEY)) throw error;
    const ended = localStorage.getItem(WAS_SIGNED_IN) ? 'ended&' : '';
    location.replace(`/login?${ended}next=${encodeURIComponent(location.pathname + location.hash)}`);
    await new Promise(() => {}); // nothing of this page goes on
  }
  if (facts['ユーザーID']) localStorage.setItem(WAS_SIGNED_IN, '1');
  return facts;
}

/** A fact of the session by its name in JSON (`ユーザーID`, `権限`, `原典互換` …), or ''. */
export const fact = name => facts[name] ?? '';

/** The name to sign notes with: the user's, or ''. */
export const userName = () => fact('ユーザー名') || fact('ユーザーID');

/** Nobody is registered yet: this computer may do everything. */
export const isSetUp = () => fact('初期設定') === 'True';

/** A closed network as in the original product: no log-in needed. */
export const isOpen = () => fact('原典互換') === 'True';

/** The service runs on this computer: it gives all rights until a user exists, in a closed network too. */
const isHere = () => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);

/** Whether the signed-in person is an administrator (or everything is allowed). */
export function isAdministrator() {
  if (fact('権限')) return fact('権限') === ADMINISTRATOR;
  return !isOpen() || (isSetUp() && isHere());
}

/** Whether `act` ('read' or 'write') is allowed on a resource. */
export function may(resource, act = 'read') {
  if (isAdministrator()) return true;
  if (SECRET.has(resource)) return false;
  if (act === 'read') return true;
  if (!fact('権限')) return resource !== COMMAND;
  return fact('権限') === OPERATOR && BY_OPERATORS.has(resource);
}

/** Ends the session. */
export async function signOut() {
  await request('POST', `${SERVICE}/Logout`);
  localStorage.removeItem(WAS_SIGNED_IN);
  location.assign('/login?out');
}
