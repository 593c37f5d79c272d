// What code surely names although not all of it can be followed: folders below which it deletes, files that shells start with, a repository that is set back.
import { append, hole, literal, type Text } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { writes } from "../../model/consequences.ts";
import { searchableText } from "./searchable-text.ts";
import { namedCommands } from "./named-commands.ts";
import { namedDeletes } from "./named-deletes.ts";
import { namedHistory } from "./named-history.ts";
import { namedWrites } from "./named-writes.ts";
import { plainCode } from "./plain-code.ts";

/** Writing, in the words of many languages. */
const WRITES =
  /\b(?:open|File\.(?:open|write)|writeFile\w*|appendFile\w*|file_put_contents|fopen|write_text|copy\w*|puts|print|printf|spew|slurp|io\.open)\b|>>/;
/** Where the home directory is asked for, and a file below it that something starts with. */
const HOME =
  /Dir\.home|homedir|expanduser|Path\.home|\bHOME\b|user\.home|glob\(\s*["']~|USERPROFILE/;
const STARTS =
  /["'`/](\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|xprofile|xinitrc|vimrc|tmux\.conf)|\.ssh\/(?:authorized_keys2?|rc|config)|\.config\/(?:autostart|systemd\/user|fish)\/[\w./-]+)["'`]/;
/** Where python keeps what it starts with for a person. */
const SITE = /getusersitepackages|USER_SITE|getsitepackages/;
const SITE_FILE = /["'`/]([\w-]*(?:customize\.py|\.pth))["'`]/;

/** A look at words beside what was followed; `home` is absolute. */
export function namedHarm(code: string, home: string): readonly Consequence[] {
  const text = searchableText(code);
  const plain = plainCode(code, home);
  const start = WRITES.test(text) && HOME.test(text) ? STARTS.exec(text)?.[1] : undefined;
  const site = WRITES.test(text) && SITE.test(text) ? SITE_FILE.exec(text)?.[1] : undefined;
  return [
    ...namedDeletes(plain, home),
    ...namedCommands(plain),
    ...namedWrites(plain, home),
    ...(start === undefined ? [] : [writes(literal(`${home}/${start}`), "append")]),
    ...(site === undefined
      ? []
      : [writes(append(sitePackages(home), literal(`/${site}`)), "append")]),
    ...namedHistory(plain),
  ];
}

/** The person's own folder of python's packages; which version of python it is, is not known. */
export function sitePackages(home: string): Text {
  return append(
    literal(`${home}/.local/lib/python3.`),
    append([hole("missing-fact", { splits: false, like: "[0-9]*" })], literal("/site-packages")),
  );
}
