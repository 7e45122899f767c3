// What the server says is wrong with a row, put at the fields it names.
//
// Invariant: no part of the message is lost; what names no field of the form is answered as `rest`.
// Never: translates it.

/** `名: 何が悪いか / 名: …` as `{ faults: Map(name → text), rest }`; a text may hold ` / ` itself. */
export function read(message, names) {
  const faults = new Map();
  const rest = [];
  let last = null;
  for (const part of message.split(' / ')) {
    const name = names.find(each => part.startsWith(`${each}: `));
    if (name) {
      last = name;
      const text = part.slice(name.length + 2);
      faults.set(name, faults.has(name) ? `${faults.get(name)} / ${text}` : text);
    } else if (last) faults.set(last, `${faults.get(last)} / ${part}`);
    else rest.push(part);
  }
  return { faults, rest: rest.join(' / ') };
}
