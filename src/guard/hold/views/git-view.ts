// The view of git's settings: logins in addresses, headers and passwords are others, and everything else is as it is written (git-config(1)).
import { disguised, type Stream } from "./disguise.ts";

/** An address with a login before its host, wherever it stands: in names of sections too. */
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)([^\s/@"'\\]+)@/gi;
const SETTING = /^(\s*(?:\[[^\]\n]*\])?\s*)([a-z][a-z0-9-]*)(\s*=\s*"?)(.*)$/i;
const SECRET = /(?<!ask)pass(?:word|phrase|wd)?$|(?:token|secret|apikey|api-key)$/i;
const HEADER = /^([^:\s]*:\s*(?:(?:basic|bearer|token)\s+)?)(.*)$/i;
/** An account, and no key that stands for one. */
const ACCOUNT = /^(?![A-Za-z0-9_-]{32,}$)(?:[A-Za-z][A-Za-z._-]*\d{0,3})$/;

/** The same text with other secrets; the text itself where it has none. */
export function gitSettingsView(text: string, stream: Stream): string {
  let isSecret = false;
  return text
    .split("\n")
    .map((line) => {
      const [, before = "", key = "", between = "", value = ""] = SETTING.exec(line) ?? [];
      const goesOn = isSecret;
      const isHeader = key.toLowerCase() === "extraheader";
      const isOwn = isHeader || SECRET.test(key);
      // A value goes on in the next line where this one ends in a backslash.
      isSecret = (isOwn || goesOn) && line.endsWith("\\");
      if (goesOn) return disguised(line, stream);
      if (!isOwn) return withoutLogins(line, stream);
      const [, name = "", rest = value] = (isHeader && HEADER.exec(value)) || [];
      return before + key + between + name + disguised(rest, stream);
    })
    .join("\n");
}

function withoutLogins(line: string, stream: Stream): string {
  return line.replace(LOGIN, (_, scheme: string, login: string) => {
    const [account = "", ...password] = login.split(":");
    const shown = ACCOUNT.test(account) ? account : disguised(account, stream);
    return `${scheme}${shown}${password.length === 0 ? "" : `:${disguised(password.join(":"), stream)}`}@`;
  });
}
