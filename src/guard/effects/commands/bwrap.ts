// bwrap and firejail: a program runs in a jail that sees what it is given of this machine.
import { textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";
import { cannotTell } from "../model/filter.ts";

/** Options of bwrap with two values, and with one. */
const TWO =
  /^--(?:(?:ro-|dev-)?bind(?:-try|-data)?|symlink|setenv|file|ro-bind-data|chmod|overlay|ro-bind-fd|bind-fd)$/;
const ONE =
  /^--(?:args|uid|gid|hostname|chdir|unsetenv|lock-file|sync-fd|remount-ro|exec-label|file-label|proc|dev|tmpfs|mqueue|dir|seccomp|add-seccomp-fd|block-fd|userns-block-fd|info-fd|json-status-fd|cap-add|cap-drop|perms|size|userns|userns2|pidns|overlay-src|tmp-overlay|ro-overlay|argv0)$/;
/** A place of the machine that stands for another inside: what a path means there is not what it means here. */
const MOVES = /^--(?:(?:ro-|dev-)?bind(?:-try)?|symlink|overlay.*)$/;

export const bwrap: CommandModel = command({
  names: ["bwrap", "firejail"],
  own: "options take up to two words each and mean more by their order",
  options: {},
  effects: ({ name, args }) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|--help|--list|--tree)$/.test(words[0] ?? ""))
      return [];
    const moves = words.some(
      (word, at) =>
        MOVES.test(word ?? "") && (words[at + 1] === undefined || words[at + 1] !== words[at + 2]),
    );
    const argv =
      name === "bwrap"
        ? behind(args)
        : args.slice(args.findIndex((word) => textOf(word)?.startsWith("-") !== true));
    const isRoot = words.some(
      (word, at) =>
        (word === "--uid" && words[at + 1] === "0") ||
        (word === "--cap-add" && words[at + 1] !== undefined),
    );
    return [
      ...(isRoot
        ? [effect<"privilege">({ kind: "privilege", means: "user-namespace", user: "root" })]
        : []),
      // WHY: the program is followed as if its paths were those of the machine.
      ...(moves
        ? [cannotTell("dynamic-path", "paths that mean something else inside the jail")]
        : []),
      ...(argv.length === 0 ? [] : [{ kind: "run", argv } as const]),
    ];
  },
});

function behind(args: readonly Text[]): readonly Text[] {
  let at = 0;
  for (; at < args.length; at += 1) {
    const text = textOf(args[at] ?? []) ?? "";
    if (text === "--") return args.slice(at + 1);
    if (!text.startsWith("--")) break;
    at += TWO.test(text) ? 2 : ONE.test(text) ? 1 : 0;
  }
  return args.slice(at);
}
