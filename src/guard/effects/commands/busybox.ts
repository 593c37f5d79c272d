// busybox and toybox: one program that is many, told by its first operand which one to be.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, flag } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { unbounded } from "../languages/interpret.ts";
import { namedFiles } from "../model/verbs.ts";

/** Applets that do what the programs of their names do; each has a model. */
const APPLETS = new Set(
  "awk base64 basename bzip2 cat chmod chown clear cmp comm cp cpio cut date dd df diff dirname du echo env expand false find fold gunzip gzip head hexdump hostname id install kill killall less link ln ls md5sum mkdir mkfifo mktemp mv nc nice nl nohup nproc od paste patch pgrep pkill printenv printf ps pwd readlink realpath rev rm rmdir sed seq setsid sh sha1sum sha256sum shred shuf sleep sort split stat strings su tac tail tar tee telnet test time timeout touch tr tree true truncate tty uname uniq unlink unxz unzip uptime wc wget which whoami xargs xxd xz yes zcat".split(
    " ",
  ),
);
const SHELLS = new Set(["ash", "hush", "bash"]);

export const busybox: CommandModel = command({
  names: ["busybox", "toybox"],
  optionsEnd: "first-operand",
  options: { about: flag("--help", "--list", "--list-full", "--version", "--long") },
  effects: ({ operands }, context) => {
    const [first, ...rest] = operands;
    const name = textOf(first ?? []);
    if (first === undefined) return [];
    if (name !== undefined && APPLETS.has(name)) return [{ kind: "run", argv: operands }];
    if (name !== undefined && SHELLS.has(name))
      return [{ kind: "run", argv: [literal("sh"), ...rest] }];
    if (name === "httpd")
      return [
        ...rest.flatMap((word, at) =>
          textOf(rest[at - 1] ?? []) === "-h" ? [reads(word, "tree")] : [],
        ),
        ...unbounded("system", "busybox"),
      ];
    return [...unbounded("system", "busybox", name === undefined), ...namedFiles(rest, context)];
  },
});
