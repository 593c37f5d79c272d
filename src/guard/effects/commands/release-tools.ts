// Programs that hand packages, images or releases to others: twine, goreleaser, crane, oras and their relatives.
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, writes } from "../model/consequences.ts";
import { parseDestination } from "../network/destination.ts";
import { effect, egress, namedFiles } from "../model/verbs.ts";

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
  dzil: /^(?:build|test|smoke|listdeps|authordeps|stale|new|clean|xtest|cover|nop|version|commands|help|run|setup)$/,
  minil: /^(?:build|test|new|dist|install|migrate|clean|help)$/,
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
  jsr: /^(?:add|remove|show|run|--dry-run)$/,
  cachix: /^(?:use|authtoken|generate-keypair|doctor|config|version)$/,
  dub: /^(?:build|run|test|fetch|init|list|add|describe|search|upgrade|clean)$/,
  quarto: /^(?:render|preview|check|create|list|use|tools|inspect|convert|pandoc)$/,
  svn: /^(?:status|st|stat|info|log|diff|di|blame|cat|list|ls|help|add|resolve|resolved|propget|proplist|propset|cleanup|export|checkout|co|update|up|changelist|upgrade)$/,
  toot: /^(?:timeline|thread|search|whoami|notifications)$/,
};

/** Verbs of systems of versions that print and write no file. */
const PRINTS =
  /^(?:cat|print|show|log|info|list|ls|blame|annotate|ann|praise|diff|di|identify|id|incoming|in|propget|pg|proplist|files|manifest|filelog|describe|changes)$/;

/** What comes from an address that is named (`svn export URL PATH`): files of whoever answers there, or what is shown of them. */
export function fetched(args: readonly Text[]): readonly Consequence[] {
  const isAddress = (word: Text): boolean =>
    /^(?:[a-z][a-z+]*:\/\/.|lp:|(?:ssl|tcp):[\w.-]+:\d|:(?:pserver|ext|server):)/.test(
      knownPrefix(word),
    );
  const url = args.find(isAddress);
  const last = args.at(-1);
  if (url === undefined || last === undefined) return [];
  const destination = parseDestination(url);
  const words = args.map((word) => textOf(word) ?? "");
  const verb = words.find((word) => /^[a-z]+$/.test(word)) ?? "";
  // `cvs checkout -p` prints too.
  if (PRINTS.test(verb) || (/^(?:co|checkout|update|up)$/.test(verb) && words.includes("-p")))
    return [
      { kind: "contacts", url, carries: [{ kind: "argument" }] },
      prints([[hole("dynamic-code", { sources: [{ kind: "network", destination }] })]]),
    ];
  return [
    { kind: "contacts", url, carries: [{ kind: "argument" }] },
    writes(isAddress(last) ? literal(".") : last, "create", {
      reach: "tree",
      content: [[hole("dynamic-code", { sources: [{ kind: "network", destination }] })]],
    }),
  ];
}

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
    // Subversion's own ways to lose work.
    if (name === "svn" && /^(?:revert|rm|remove|delete|switch|merge)$/.test(words[0] ?? "")) {
      const lost = effect<"history">({ kind: "history", operation: "discard", remote: undefined });
      return [lost, runs, ...fetched(args), ...namedFiles(args, context)];
    }
    if (name === "svn" && words.includes("--remove-unversioned"))
      return [
        runs,
        ...args
          .filter((word) => /^[/~.]/.test(knownPrefix(word)))
          .map((word) => deletes(word, "tree")),
      ];
    if (isLooking) return [runs, ...fetched(args), ...namedFiles(args, context)];
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
