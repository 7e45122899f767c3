// Days and moments as people write them.
//
// Invariant: what is answered is a day that exists, in the form of the service.
// Never: reads what could mean two days.

import { isoDay, isoTime } from './format.js';
import { daysAfter, japanNow } from './japan.js';

const DAY_MS = 86_400_000;
const WORDS = { 今日: 0, 本日: 0, 明日: 1, 明後日: 2, 昨日: -1, today: 0, tomorrow: 1, yesterday: -1 };
const DAY = String.raw`(?:(\d{4})[/\-.年])?(\d{1,2})[/\-.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)`;
const TIME = String.raw`(\d{1,2})[:時](?:(\d{1,2})(?::(\d{1,2}))?分?|半)?`;
const MOMENT = new RegExp(`^(?:${DAY}|(${Object.keys(WORDS).join('|')}))?\\s*(?:${TIME})?$`, 'i');

/**
 * Reads a text: '' for nothing, null where it is no date, else `yyyy/MM/dd` (with `time` `yyyy/MM/dd HH:mm:ss`).
 * Without a year the day nearest to now is meant, without a day the next such time.
 */
export function readMoment(text, { time = false, now = japanNow() } = {}) {
  const plain = text.normalize('NFKC').trim().replace(/[((][日月火水木金土a-z]+[))]/i, ' ');
  if (!plain) return '';
  const found = MOMENT.exec(plain.replace(/\s+/g, ' '));
  if (!found) return null;
  const [, year, month, date, year8, month8, date8, word, hour, minute, second] = found;
  const hasTime = hour !== undefined;
  const hasDay = month !== undefined || year8 !== undefined || word !== undefined;
  if ((hasTime && !time) || (!hasDay && !hasTime)) return null;
  const day = hasDay ? dayOf({ year: year ?? year8, month: month ?? month8, date: date ?? date8, word }, now) : now;
  if (!day) return null;
  if (!time) return isoDay(day);
  const clock = [Number(hour ?? 9), Number(minute ?? (plain.includes('半') ? 30 : 0)), Number(second ?? 0)];
  if (clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  const moment = new Date(day.getFullYear(), day.getMonth(), day.getDate(), ...clock);
  return isoTime(!hasDay && moment < now ? daysAfter(moment, 1) : moment);
}

function dayOf({ year, month, date, word }, now) {
  if (word !== undefined) return daysAfter(now, WORDS[word.toLowerCase()]);
  const own = wanted => {
    const day = new Date(wanted, Number(month) - 1, Number(date));
    return day.getMonth() === Number(month) - 1 && day.getDate() === Number(date) ? day : null;
  };
  if (year !== undefined) return own(Number(year));
  const years = [-1, 0, 1].map(step => own(now.getFullYear() + step)).filter(Boolean);
  const far = day => Math.abs(day - now) / DAY_MS;
  return years.sort((a, b) => far(a) - far(b))[0] ?? null;
}
