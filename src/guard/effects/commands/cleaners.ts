// fdupes, rmlint, bleachbit, logrotate, systemd-tmpfiles and others that look for what may go, and delete it when they are told to.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { counts, deletes } from "../model/consequences.ts";
import { namedFiles } from "../model/verbs.ts";
import { unbounded } from "../languages/interpret.ts";

/** By program, the line of a call that deletes, from its manual; any other call of it only looks. */
const DELETING: Readonly<Record<string, RegExp>> = {
  fdupes: /(?:^| )(?:-[a-zA-Z]*[dI][a-zA-Z]*|--delete|--immediate)(?= |$)/,
  jdupes: /(?:^| )(?:-[a-zA-Z]*[dBLl][a-zA-Z]*|--delete|--linkhard|--linksoft|--dedupe)(?= |$)/,
  rdfind: /-(?:deleteduplicates|makesymlinks|makehardlinks) true/,
  duperemove: /(?:^| )-[a-z]*d/,
  hardlink: /^(?!.*(?:^| )(?:-[a-z]*n[a-z]*|--dry-run)(?= |$))/,
  rmlint: /handler=(?:remove|hardlink|symlink|clone)|(?:^| )--(?:remove|delete)/,
  czkawka_cli: /(?:^| )(?:-D|--delete-method|--delete-files|-x) /,
  bleachbit: /(?:^| )(?:-c|--clean|-o|--overwrite|-s|--shred|-w|--wipe-empty-space)(?= |$)/,
  ncdu: /^(?!)/,
  dust: /^(?!)/,
  "systemd-tmpfiles": /^(?!(?:--cat-config|--tldr)$|.*--dry-run)/,
  logrotate: /^(?!.*(?:^| )(?:-[a-z]*d[a-z]*|--debug)(?= |$))/,
  localepurge: /./,
  autotrash: /^(?!.*--dry-run)/,
  npkill: /(?:^| )(?:-D|--delete-all|-y)(?= |$)/,
  kondo: /(?:^| )(?:-a|--all)(?= |$)/,
};

/** Where those clean that are given no folder, but a file that names places or a name of a cleaner. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  bleachbit: "/var",
  "systemd-tmpfiles": "/var",
  logrotate: "/var/log",
  localepurge: "/usr/share/locale",
  autotrash: "~/.local/share/Trash",
};

export const cleaners: CommandModel = command({
  names: Object.keys(DELETING),
  own: "the letter that deletes with one of sixteen programs shows with another: by program, the line of a call that deletes",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    const line = words.join(" ");
    if (/^(?:--version|-V|-v|--help|-h|--list-cleaners|-l|)$/.test(line)) return [];
    const places = args.filter(
      (word) => !/^-|^(?:true|false|\d+)$|^\w+:|=/.test(textOf(word) ?? "/"),
    );
    if (DELETING[name]?.test(line) !== true)
      return [...namedFiles(args, context), ...places.map((path) => counts(path, "tree"))];
    const own = EVERYWHERE[name];
    const cleaned: readonly Text[] =
      own === undefined
        ? places.length === 0
          ? [literal(".")]
          : places
        : [literal(own.replace(/^~/, context.home))];
    return [
      ...cleaned.map((path) => deletes(path, "tree")),
      // A file of settings names programs that run before and after.
      ...(name === "logrotate" ? unbounded("project", name) : []),
    ];
  },
});
