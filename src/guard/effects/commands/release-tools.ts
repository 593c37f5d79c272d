// Programs that hand packages, images or releases to others: twine, goreleaser, crane, oras and their relatives.
import { textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command } from "../command-model.ts";
import { effect, egress, namedFiles } from "../verbs.ts";

/** By program, the words of which one must stand in a call that only looks or works on files of this machine. */
const LOOKING: Readonly<Record<string, RegExp>> = {
  twine: /^(?:check)$/,
  goreleaser: /^(?:check|healthcheck|jsonschema|init|build)$|^--snapshot$|^--skip=.*publish/,
  anaconda: /^(?:whoami|show|search|auth)$/,
  crane: /^(?:digest|manifest|ls|catalog|config|validate|version)$/,
  oras: /^(?:discover|repo|version|resolve)$/,
  vsce: /^(?:ls|package|show|search)$/,
  ovsx: /^(?:get|verify-pat)$/,
  flit: /^(?:build|init)$/,
  cosign: /^(?:verify.*|tree|triangulate|version)$/,
};

export const releaseTools: CommandModel = command({
  names: Object.keys(LOOKING),
  optionsEnd: "expression",
  options: {},
  effects: ({ args, name }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|-v|--help|-h|version|help)$/.test(words[0] ?? ""))
      return [];
    const runs = effect<"execute">({
      kind: "execute",
      program: name,
      origin: "system",
      reach: "unbounded",
    });
    const isLooking = words.some(
      (word) => word !== undefined && LOOKING[name]?.test(word) === true,
    );
    if (isLooking) return [runs, ...namedFiles(args, context)];
    return [
      effect<"publish">({
        kind: "publish",
        channel: "package",
        destination: undefined,
        refs: undefined,
      }),
      egress(undefined),
      runs,
      ...namedFiles(args, context),
    ];
  },
});
