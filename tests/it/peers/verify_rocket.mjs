// Checks values as a Rocket.Chat server does: prints what its validators say, one word a value.
//
// Usage: node verify_rocket.mjs FOLDER < [["isChatSendMessageProps", {…}], …]

import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// The package is made for bundlers, which find files without their endings.
const hook = `export async function resolve(name, context, next) {
  for (const ending of ["", ".js", "/index.js"]) {
    try { return await next(name + ending, context); } catch (fault) { if (ending === "/index.js") throw fault; }
  }
}`;
register("data:text/javascript," + encodeURIComponent(hook));

const chat = `${process.argv[2]}/node_modules/@rocket.chat/rest-typings/dist/v1/chat.js`;
const validators = await import(pathToFileURL(chat));
for (const [name, value] of JSON.parse(readFileSync(0, "utf8"))) {
  const validate = validators[name];
  console.log(validate(value) ? "valid" : `invalid ${JSON.stringify(validate.errors)}`);
}
