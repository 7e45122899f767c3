// Sends a file of customers, telling how far it got.
//
// Invariant: the file goes out as it lies on the disk, piece by piece; memory does not grow with it. What is sent again
// under its key comes in once.
// Never: sends twice by itself.

import { once, Refusal, REST } from '../../base/api.js';
import { t } from '../../base/i18n.js';

const ADDRESS = `${REST}/CustomerAddress/Import`;

/**
 * Sends `file`; `dry` only asks what would happen. `key` tells a repeat of the same import. `progress(share)` is told
 * how much left, 0 to 1; then the service works on it, and goes on whether or not somebody waits. Answers its sentence;
 * throws a Refusal. `fetch` could not tell the progress.
 */
export function send(file, type, { dry, key, progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', dry ? `${ADDRESS}?dryrun=true` : ADDRESS);
    request.setRequestHeader('Content-Type', type);
    for (const [name, value] of Object.entries(dry ? {} : once(key))) request.setRequestHeader(name, value);
    request.upload.onprogress = event => progress(event.total ? event.loaded / event.total : 1);
    request.upload.onload = () => progress(1);
    request.onload = () => {
      const { message, good } = answer(request);
      if (good) resolve(message);
      else reject(new Refusal(request.status, message));
    };
    request.onerror = () => reject(new Refusal(0, t('サーバーに送れません。ネットワークを確かめ、もう一度お試しください。')));
    request.onabort = () => reject(new Refusal(0, t('取りやめました。何も書き込んでいません。')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function answer(request) {
  try {
    const { result, msg } = JSON.parse(request.responseText);
    return { message: msg, good: request.status === 200 && result === 'True' };
  } catch {
    return { message: `${request.status} ${request.statusText}`, good: false };
  }
}

/** The faults of a refusal: `[{ line, column, text }]`; line 0 = of the file as a whole. */
export function faults(message) {
  return message.split(/ \/ (?=\d+行目|ほかに )/).map(part => {
    const found = /^(\d+)行目(?: ([^:]*))?: ([\s\S]*)$/.exec(part);
    if (!found) return { line: 0, column: '', text: part };
    return { line: Number(found[1]), column: found[2] ?? '', text: found[3] };
  });
}

/** The number of customers and the columns that are not used, from the service's sentence. */
export function outcome(message) {
  const count = /^(\d+)件/.exec(message)?.[1];
  const unused = /使わない列: (.*)$/s.exec(message)?.[1];
  return { count: count === undefined ? null : Number(count), unused: unused ? unused.split(', ') : [] };
}
