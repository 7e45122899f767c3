// The calendar that a date field opens.
//
// Invariant: it can be used with the arrow keys alone, and every day says its whole date.
// Never: changes the field before a day was chosen.

import { $, freshId, h, icon } from './dom.js';
import { isoDay, isoTime, parsed, weekday } from './format.js';
import { language, t } from './i18n.js';
import { daysAfter, japanNow } from './japan.js';

const WEEKS = 6;
const MINUTES = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const two = number => String(number).padStart(2, '0');

/** Moments that are wanted often: `[label, moment]`. */
function shortcuts(now) {
  const at = (days, hour) => {
    const day = daysAfter(now, days);
    return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour);
  };
  const soon = minutes => new Date(Math.ceil((now.getTime() + minutes * 60_000) / 300_000) * 300_000);
  return [[t('30分後'), soon(30)], [t('1時間後'), soon(60)], [t('今日 17:00'), at(0, 17)],
    [t('明日 9:00'), at(1, 9)], [t('明日 13:00'), at(1, 13)]].filter(([, moment]) => moment > now);
}

/**
 * The popup: `take(text, stays)` gets what was chosen ('' = nothing; `stays` = it is not closed by that);
 * its `begin()` puts the focus on the day.
 */
export function calendar(value, { time, take }) {
  const now = japanNow();
  const chosen = parsed(value);
  let day = chosen ?? now;
  let clock = chosen && time ? [chosen.getHours(), chosen.getMinutes()] : [Math.min(23, now.getHours() + 1), 0];
  const id = freshId('calendar');
  const head = h('strong', { id, 'aria-live': 'polite' });
  const grid = h('tbody', {});
  const at = date => isoTime(new Date(date.getFullYear(), date.getMonth(), date.getDate(), ...clock));
  const give = date => take(time ? at(date) : isoDay(date));
  const setClock = next => {
    clock = next;
    if (chosen) take(at(chosen), true);
  };
  const turn = months => {
    const first = new Date(day.getFullYear(), day.getMonth() + months, 1);
    const last = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
    day = new Date(first.getFullYear(), first.getMonth(), Math.min(day.getDate(), last));
    draw();
  };
  const draw = () => {
    head.textContent = month(day);
    grid.replaceChildren(...weeks(day, chosen, give));
  };
  const begin = () => $('[tabindex="0"]', grid)?.focus();
  const move = event => {
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if (!months && !(event.key in STEPS)) return;
    event.preventDefault();
    if (months) turn(months);
    else day = daysAfter(day, STEPS[event.key]);
    draw();
    begin();
  };
  const arrow = (name, label, months) => h('button', {
    class: 'btn icon ghost sm', type: 'button', 'aria-label': label, onclick: () => turn(months),
  }, icon(name));
  const names = [0, 1, 2, 3, 4, 5, 6].map(at => h('th', { scope: 'col' }, weekday(at)));
  const popup = h('div', { class: 'calendar', popover: 'auto', role: 'dialog', 'aria-labelledby': id },
    h('div', { class: 'month' }, arrow('left', t('前の月'), -1), head, arrow('right', t('次の月'), 1)),
    h('table', { 'aria-labelledby': id, onkeydown: move }, h('thead', {}, h('tr', {}, names)), grid),
    time && clockRow(clock, setClock, !chosen),
    h('div', { class: 'chips' }, (time ? shortcuts(now) : [[t('今日'), now], [t('昨日'), daysAfter(now, -1)]])
      .map(([label, moment]) => chip(label, () => take(time ? isoTime(moment) : isoDay(moment)))),
    value && chip(t('消す'), () => take(''))));
  draw();
  return Object.assign(popup, { begin });
}

const chip = (label, onclick) => h('button', { class: 'chip', type: 'button', onclick }, label);

const month = date => (language() === 'en'
  ? date.toLocaleDateString('en', { month: 'long', year: 'numeric' })
  : `${date.getFullYear()}年${date.getMonth() + 1}月`);

const whole = date => (language() === 'en'
  ? date.toLocaleDateString('en', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })
  : `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日(${weekday(date.getDay())})`);

function weeks(day, chosen, give) {
  const first = new Date(day.getFullYear(), day.getMonth(), 1);
  const start = daysAfter(first, -first.getDay());
  const today = isoDay(japanNow());
  return Array.from({ length: WEEKS }, (_, week) => h('tr', {}, [0, 1, 2, 3, 4, 5, 6].map(at => {
    const date = daysAfter(start, week * 7 + at);
    const same = other => other && isoDay(other) === isoDay(date);
    return h('td', {}, h('button', {
      type: 'button', class: date.getMonth() === day.getMonth() ? 'num' : 'num out', 'aria-label': whole(date),
      'aria-current': isoDay(date) === today ? 'date' : null, 'aria-pressed': String(Boolean(same(chosen))),
      tabindex: same(day) ? 0 : -1, onclick: () => give(date),
    }, String(date.getDate())));
  })));
}

function clockRow([hour, minute], changed, needsDay) {
  const own = MINUTES.includes(minute) ? MINUTES : [...MINUTES, minute].sort((a, b) => a - b);
  const option = number => h('option', { value: number }, two(number));
  const hours = h('select', { 'aria-label': t('時'), value: hour },
    Array.from({ length: 24 }, (_, at) => option(at)));
  const minutes = h('select', { 'aria-label': t('分'), value: minute }, own.map(option));
  const tell = () => changed([Number(hours.value), Number(minutes.value)]);
  return h('div', { class: 'clock num', onchange: tell }, h('span', {}, t('時刻')), hours, ':', minutes,
    needsDay && h('span', { class: 'small muted' }, t('日を選ぶと決まります')));
}
