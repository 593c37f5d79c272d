// gosu, start-stop-daemon and others that run a program as another user or with other rights.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

/** How many words stand between the name, or the last option, and the program. */
const WORDS_BEFORE: Readonly<Record<string, number>> = {
  gosu: 1,
  "su-exec": 1,
  setuidgid: 1,
  "s6-setuidgid": 1,
  chpst: 0,
  fakechroot: 0,
  "systemd-nspawn": 0,
  pfexec: 0,
  calife: 1,
  please: 0,
  kdesu: 0,
  gksu: 0,
  gksudo: 0,
  pkttyagent: 0,
  "start-stop-daemon": 0,
  run0: 0,
  dzdo: 0,
  sesu: 0,
  gsudo: 0,
  super: 0,
  sux: 1,
};

export const gosu: CommandModel = command({
  names: Object.keys(WORDS_BEFORE),
  own: "words behind its options are another program",
  options: {},
  effects: ({ name, args }) => {
    if (args.length === 1 && /^(--version|--help|-h|-V)$/.test(textOf(args[0] ?? []) ?? ""))
      return [];
    return [
      effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
      ...programs(name, args),
    ];
  },
});

/** What may be the program: the words after those that say who runs it, and those after `--`, `-x` and `-c`. */
function programs(name: string, args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const dashes = words.indexOf("--");
  const named = words.findIndex((word) => /^(-x|-a|--exec|--startas)$/.test(word ?? ""));
  if (name === "start-stop-daemon")
    return named < 0
      ? []
      : [
          {
            kind: "run",
            argv: [
              ...args.slice(named + 1, named + 2),
              ...(dashes < 0 ? [] : args.slice(dashes + 1)),
            ],
            stdin: undefined,
          },
        ];
  let at = dashes >= 0 ? dashes + 1 : 0;
  while (dashes < 0 && words[at]?.startsWith("-") === true) at += 1;
  const argv = args.slice(at + (WORDS_BEFORE[name] ?? 0));
  return argv.length === 0 ? [] : [{ kind: "run", argv, stdin: undefined }];
}
