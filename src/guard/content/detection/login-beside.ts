// Whether code logs in with a plain password: a user, an account or what is connected to is written out beside it.
import type { Span } from "./detector.ts";

/** Lines and characters around a password in which its user stands. */
const LINES = 4;
const REACH = 240;
/** A name of a user, an account or a database, and a text that it is given. */
const USER =
  /(?:user(?:_?name|_?id)?|login|account|e_?mail|host(?:_?name)?|database|db_?name|ssid)["'\])]{0,2}\s{0,8}(?:=>|:=|[:=(])\s{0,8}(?:Some\(|str\()?["'`](?<user>[\w.@+-]{2,64})["'`]/gi;
/** Names of fields, and words that a form shows: `{ username: "username", password: "password" }` fills nobody in. */
const FIELD =
  /^(?:(?:[\w.-]{0,24}[_.-])?(?:user(?:[_-]?(?:name|id))?|e?[_-]?mail|login|account|host(?:[_-]?name)?|name|database)|string|text|varchar|required|nullable|unique|index|str|any)$/i;

/** Whether one of the lines around `span` says who logs in, or where. */
export function hasLoginBeside(text: string, { start, end }: Span): boolean {
  const before = text
    .slice(Math.max(0, start - REACH), start)
    .split("\n")
    .slice(-LINES)
    .join("\n");
  const after = text
    .slice(end, end + REACH)
    .split("\n", LINES)
    .join("\n");
  return [before, after].some((part) =>
    [...part.matchAll(USER)].some(({ groups }) => !FIELD.test(groups?.["user"] ?? "")),
  );
}
