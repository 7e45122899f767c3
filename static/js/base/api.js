// Requests to the service.
//
// Invariant: a failure is a Refusal whose message says what is wrong; every request ends after TIMEOUT_MS.
// Never: keeps an answer.

/** Base of the addresses beside the resources. */
export const SERVICE = '/CTI_SmartConnectService';
/** Base of the resources. */
export const REST = `${SERVICE}/RestService`;
const TIMEOUT_MS = 30_000;
const UNREACHABLE = 'サーバーに接続できません。ネットワークとサービスの状態を確かめてください。';

/** The service said no, or could not be asked (`status` 0). */
export class Refusal extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const SET_UP_KEY = 'set-up-key';

/** Sends the set-up key with every request of this tab: whoever sets up from another machine needs it. */
export const keepSetUpKey = key => sessionStorage.setItem(SET_UP_KEY, key);

/** The first user exists: the key counts no more. */
export function forgetSetUpKey() {
  try {
    sessionStorage.removeItem(SET_UP_KEY);
  } catch { /* storage is forbidden: there is none */ }
}

function setUpHeader() {
  try {
    const key = sessionStorage.getItem(SET_UP_KEY);
    return key ? { 'X-Setup-Key': key } : {};
  } catch {
    return {};
  }
}

/** Whether this tab sets the service up from another machine; a feed cannot send the key, so it has none. */
export const isSettingUp = () => 'X-Setup-Key' in setUpHeader();

/** The part of an address behind `?`: `{ limit: 50, 状態: '不在' }`; empty values are left out. */
export function query(values) {
  const pairs = Object.entries(values ?? {}).filter(([, value]) => value != null && value !== '');
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}

/** Sends one request and reads the answer: `{ status, headers, data }`. `body` is an object or a Blob. */
export async function request(method, path, { body, headers = {}, values, signal, timeout = TIMEOUT_MS } = {}) {
  const parts = query(values);
  const address = parts ? `${path}?${parts}` : path;
  const plain = body !== undefined && !(body instanceof Blob);
  const ends = AbortSignal.timeout(timeout);
  let response;
  try {
    response = await fetch(address, {
      method,
      headers: { ...setUpHeader(), ...plain ? { 'Content-Type': 'application/json' } : {}, ...headers },
      body: plain ? JSON.stringify(body) : body,
      // A delete that waited for its undo is sent when the page is left, and must outlive it.
      keepalive: method === 'DELETE',
      signal: signal ? AbortSignal.any([signal, ends]) : ends,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, UNREACHABLE);
  }
  return read(response);
}

async function read(response) {
  const text = await response.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch { /* no JSON: the status says it */ }
  if (response.ok && data?.result !== 'False') return { status: response.status, headers: response.headers, data };
  if (response.status === 401) forgetSetUpKey();
  if (response.status === 401) dispatchEvent(new CustomEvent('signed-out', { detail: data?.msg }));
  const message = data?.msg || `${response.status} ${response.statusText}`;
  throw new Refusal(response.status, message, Number(response.headers.get('Retry-After')) || 0);
}

const address = (resource, ...parts) => [REST, resource, ...parts].map((part, at) =>
  at ? encodeURIComponent(part) : part).join('/');

/** Rows of a list. The array's `total` is the number of all rows or null, `next` the key to go on `after`, or null. */
export async function rows(resource, values, signal) {
  const { data, headers } = await request('GET', address(resource), { values, signal });
  const link = headers.get('Link') ?? '';
  const after = /[?&]after=([^&>]+)[^>]*>;\s*rel="?next/.exec(link);
  const total = headers.get('X-Total-Count');
  return Object.assign(data, { total: total === null ? null : Number(total), next: after ? after[1] : null });
}

/** One row: `{ row, etag }`; `row` is null where there is none. */
export async function row(resource, key, signal) {
  const { data, headers } = await request('GET', address(resource, key), { signal });
  return { row: data[0] ?? null, etag: headers.get('ETag') };
}

/** The row that was sent last and had no answer, and under which key. */
const lost = { text: '', key: '' };

/**
 * Adds a row and answers `{ key, msg }`; the msg of a new API token is the token. A row that had no answer is the same
 * when it is sent again.
 */
export async function add(resource, body) {
  const text = JSON.stringify([resource, body]);
  if (lost.text !== text) Object.assign(lost, { text, key: newKey() });
  try {
    const { headers, data } = await request('POST', address(resource), { body, headers: once(lost.key) });
    lost.text = '';
    return { key: (headers.get('Location') ?? '').split('/').pop(), msg: data.msg };
  } catch (error) {
    if (error.status !== 0) lost.text = '';
    throw error;
  }
}

/** Changes the named fields of a row; with `etag` only if nobody else did meanwhile (412). Answers the new ETag. */
export async function change(resource, key, body, etag) {
  const headers = etag ? { 'If-Match': etag } : {};
  return (await request('PUT', address(resource, key), { body, headers })).headers.get('ETag');
}

/** Deletes a row. */
export const remove = (resource, key) => request('DELETE', address(resource, key));

/** Gives an order about a row (`Test`, `Run`, `Forward` …) and answers `{ result, msg, data }`. */
export const order = async (resource, key, word, body = {}, values, headers) =>
  (await request('POST', address(resource, key, ...word.split('/')), { body, values, headers })).data;

/** The header that makes what is sent again one and the same. */
export const once = key => ({ 'Idempotency-Key': key });

/** A name that nothing else that is sent has. */
export const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map(part => part.toString(16)).join('-');

/** The address of a list for people: to be shown, copied or opened as a download. */
export function listAddress(resource, values) {
  const parts = query(values);
  return address(resource) + (parts ? `?${parts}` : '');
}
