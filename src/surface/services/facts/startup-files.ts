// The user's shell start-up files, looked at when the client has not written its snapshot yet: before a session's first Bash call.
import type { ShellFacts } from "#guard/facts/facts.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { UNTRUSTED_BODY } from "./snapshot-text.ts";

/** Files from which the client makes its snapshot, and those that a login shell reads before. */
const FILES = [
  ".bashrc",
  ".bash_profile",
  ".bash_login",
  ".profile",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".zlogin",
];
/** Bytes of one start-up file. */
const FILE_BYTES_MAX = 256 * 1024;

/** Lines that set nothing which changes the meaning of a command, and lines that only structure the file. */
const HARMLESS =
  /^(?:#.*|(?:if|elif|while|case|then|else|fi|esac|done|do|;;|\*i\*\)|\*\)|\[|\[\[|test|return|umask|export (?!PATH|BASH_ENV|ENV|IFS|GLOBIGNORE|CDPATH)[A-Za-z_]+=|[A-Za-z_]+\)|(?!PATH|BASH_ENV|ENV|IFS|GLOBIGNORE|CDPATH|PROMPT_COMMAND)[A-Za-z_][A-Za-z0-9_]*=|shopt|set|setopt|unset|bindkey|stty|mesg|HIST\w*=|PS\d=)(?:\b|\s|;|$|["'$/\\(]).*)?$/;

/**
 * What the start-up files define, as far as a look at their lines tells. Without any such file nothing is defined, and
 * that is known. Names that are defined get a body that no parser accepts, except aliases of plain text.
 */
export function readStartupFiles(home: string): ShellFacts {
  const functions = new Map<string, string>();
  const aliases = new Map<string, string>();
  const options = new Set<string>();
  let known = true;
  for (const name of FILES) {
    const read = readRegularFileNow(`${home}/${name}`, FILE_BYTES_MAX);
    if (read === undefined) continue;
    if (!read.complete) known = false;
    for (const raw of new TextDecoder().decode(read.bytes).split("\n")) {
      const line = raw.trim();
      const alias =
        /^alias\s+(?:--\s+)?([^\s=]+)=(?:'([^']*)'|"([^"$`\\]*)"|([\w./-]+))\s*;?$/.exec(line);
      const defined = /^(?:function\s+([^\s(){]+)|([^\s(){}$'"=]+)\s*\(\s*\))/.exec(line);
      for (const option of line.matchAll(/\b(?:shopt\s+-s|setopt)\s+([A-Za-z_ ]+)/g)) {
        for (const word of (option[1] ?? "").trim().split(/\s+/)) options.add(word.toLowerCase());
      }
      if (alias !== null) aliases.set(alias[1] ?? "", alias[2] ?? alias[3] ?? alias[4] ?? "");
      else if (defined !== null) functions.set(defined[1] ?? defined[2] ?? "", UNTRUSTED_BODY);
      else if (/\balias\s/.test(line)) {
        for (const found of line.matchAll(/\balias\s+(?:--\s+)?([^\s=]+)=/g))
          aliases.set(found[1] ?? "", UNTRUSTED_BODY);
        known = false;
      } else if (
        !HARMLESS.test(line) ||
        /[`;&|]|\$\(|\beval\b|\bsource\b/.test(line.replace(/^#.*/, ""))
      )
        known = false;
    }
  }
  return { dialect: "unknown", known, functions, aliases, options, variables: new Map() };
}
