// The wall clock of the service: Japan's, wherever the browser stands.
//
// Invariant: needs no page, so that the worker of the feed can use it too.
// Never: asks the server for its clock.

/** Minutes by which Japan is ahead of UTC; it has no summer time. */
const JAPAN_MINUTES = 540;

/** A moment (milliseconds since 1970, default now) as a Date whose local fields are Japan's wall clock. */
export function japanNow(at = Date.now()) {
  return new Date(at + (new Date(at).getTimezoneOffset() + JAPAN_MINUTES) * 60_000);
}

/** The day that lies so many days after another. */
export function daysAfter(date, days) {
  const later = new Date(date);
  later.setDate(later.getDate() + days);
  return later;
}

/** The moment of the service's `yyyy/MM/dd HH:mm:ss` in milliseconds since 1970, or NaN. */
export const instant = text => Date.parse(`${(text ?? '').replaceAll('/', '-').replace(' ', 'T')}+09:00`);
