// chrt, numactl, prlimit, setarch, cgexec and others: a program runs with other limits, order or memory.
import { textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";

/** By program, its options with a value in the next word, and how many words stand in front of the program. */
const WRAPPERS: Readonly<Record<string, { readonly taking: RegExp; readonly before: number }>> = {
  chrt: { taking: /^-[TPD]$|^--sched-/, before: 1 },
  numactl: {
    taking: /^-[iCNmpPl]$|^--(?:interleave|cpunodebind|physcpubind|membind|preferred)$/,
    before: 0,
  },
  prlimit: { taking: /^-[po]$|^--(?:pid|output)$/, before: 0 },
  cgexec: { taking: /^-g$/, before: 0 },
  setarch: { taking: /^$/, before: 1 },
  linux32: { taking: /^$/, before: 0 },
  linux64: { taking: /^$/, before: 0 },
  cpulimit: { taking: /^-[lpPe]$|^--(?:limit|pid|exe|path)$/, before: 0 },
  eatmydata: { taking: /^$/, before: 0 },
  fakeroot: { taking: /^-[ilsb]$|^--(?:lib|faked)$/, before: 0 },
  proot: { taking: /^-[rbwkq]$|^--(?:rootfs|bind|cwd)$/, before: 0 },
  choom: { taking: /^-[np]$|^--(?:adjust|pid)$/, before: 0 },
  schedtool: { taking: /^-[aMpn]$/, before: 0 },
  uclampset: { taking: /^-[mMp]$/, before: 0 },
  torsocks: { taking: /^-[augp]$/, before: 0 },
  torify: { taking: /^$/, before: 0 },
  proxychains: { taking: /^-f$/, before: 0 },
  proxychains4: { taking: /^-f$/, before: 0 },
  tsocks: { taking: /^$/, before: 0 },
};
/** Options that name a process that is there already. */
const PROCESS = /^(?:-[a-zA-Z]*p|--pid(?:=.*)?)$/;

export const chrt: CommandModel = command({
  names: Object.keys(WRAPPERS),
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }) => {
    const words = args.map((word) => textOf(word));
    if (
      words.every((word) =>
        /^(?:--version|--help|-V|-h|--show|-s|--hardware|-H|-m|--max)$/.test(word ?? "?"),
      )
    )
      return [];
    if (
      words.some((word) => PROCESS.test(word ?? "")) &&
      /^(?:chrt|prlimit|choom|cpulimit|schedtool|uclampset)$/.test(name)
    )
      return [effect<"deploy">({ kind: "deploy", system: "processes", operation: name })];
    const argv = programOf(name, args);
    return argv.length === 0 ? [] : [{ kind: "run", argv }];
  },
});

function programOf(name: string, args: readonly Text[]): readonly Text[] {
  const { taking, before } = WRAPPERS[name] ?? { taking: /^$/, before: 0 };
  let left = before;
  for (let at = 0; at < args.length; at += 1) {
    const text = textOf(args[at] ?? []) ?? "";
    if (text === "--") return args.slice(at + 1);
    if (taking.test(text)) at += 1;
    else if (!text.startsWith("-")) {
      // Options may stand behind these words too: `setarch x86_64 -R program`.
      if (left === 0) return args.slice(at);
      left -= 1;
    }
  }
  return [];
}
