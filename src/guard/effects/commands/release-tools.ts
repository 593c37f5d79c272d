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
  maturin: /^(?:build|develop|sdist|init|new|list-python)$/,
  regctl: /^(?:digest|get|inspect|ls|manifest|version)$/,
  ko: /^(?:version|--local|-L|--push=false)$/,
  kaniko: /^--no-push$/,
  pack: /^(?:builder|inspect|sbom|config|version|suggest)$/,
  singularity: /^(?:inspect|verify|search|cache|version)$/,
  apptainer: /^(?:inspect|verify|search|cache|version)$/,
  nuget: /^(?:list|search|locals|sources|verify|pack)$/,
  snapcraft: /^(?:list|status|whoami|lint|init|pack|build|pull|stage|prime|clean)$/,
  charmcraft: /^(?:list|status|whoami|init|pack|build|clean)$/,
  dput: /^(?:-s|--simulate|-o|--check-only)$/,
  "copr-cli": /^(?:list|get|whoami|status|watch-build)$/,
  copr: /^(?:list|get|whoami|status|watch-build)$/,
  "cpan-upload": /^--dry-run$/,
  "ghp-import": /^(?:--help)$/,
  "web-ext": /^(?:build|lint|run|docs|dump-config)$/,
  "chrome-webstore-upload": /^(?:--help)$/,
  auto: /^(?:info|version|changelog|--dry-run|-d|init)$/,
  jib: /^(?:--help)$/,
  arc: /^(?:list|lint|unit|which|export|help)$/,
  asciinema: /^(?:rec|play|cat|convert)$/,
  slack: /^(?:list|help|version)$/,
  "slack-cli": /^(?:list|help)$/,
  slackcat: /^(?:--list)$/,
  tweet: /^(?:help)$/,
  toot: /^(?:timeline|thread|search|whoami|notifications)$/,
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
