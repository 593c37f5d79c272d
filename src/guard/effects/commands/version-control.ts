// Jujutsu, Mercurial, Subversion and others beside git: what only looks, what loses work, what others will see.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, writes } from "../model/consequences.ts";
import { fetched } from "./release-tools.ts";
import { effect, egress, namedFiles } from "../model/verbs.ts";

/** What calls of one system do, by the words before the first option and by the options. */
type System = {
  /** Work that is not saved elsewhere may be lost, or commits get another content. */
  readonly loses: RegExp;
  readonly publishes: RegExp;
  /** Others' commits are replaced or taken away as well. */
  readonly forces: RegExp;
};

const NEVER = /^(?!)/;

/** Each from the reference of its commands. The line is all words with a space between them. */
const SYSTEMS: Readonly<Record<string, System>> = {
  jj: {
    loses:
      /^(?:abandon|undo|redo|restore|squash|rebase|edit|describe|desc|split|absorb|parallelize|simplify-parents|op(?:eration)? (?:restore|revert|undo|abandon)|(?:bookmark|branch|b) (?:delete|forget|set|move|d|f)|workspace forget|util gc|metaedit)\b/,
    publishes: /^git push\b/,
    // It pushes with a lease; what is gone here goes there too.
    forces: /^git push\b.*--deleted/,
  },
  hg: {
    loses:
      /^(?:revert|strip|rollback|purge|histedit|rebase|amend|uncommit|unamend|prune|fold|split|absorb|evolve|debugstrip|recover)\b|^commit\b.*--amend|^(?:update|up|checkout|co|merge)\b.*(?:\s-C\b|--clean)|^shelve\b.*(?:--delete|\s-d\b|--cleanup)|^branch\b.*(?:\s-C\b|--clean)|^bookmarks?\b.*(?:\s-d\b|--delete)|^tag\b.*--remove/,
    publishes: /^push\b/,
    forces: /^push\b.*(?:\s-f\b|--force|--new-branch)/,
  },
  sl: {
    loses:
      /^(?:hide|uncommit|unamend|amend|revert|purge|clean|fold|histedit|rebase|split|absorb|prune|undo|strip)\b|^(?:goto|go|update|checkout)\b.*(?:\s-C\b|--clean)/,
    publishes: /^(?:push|pr submit|submit|ghstack)\b/,
    forces: /^push\b.*(?:\s-f\b|--force|--delete)/,
  },
  fossil: {
    loses:
      /^(?:undo|redo|revert|clean|purge|stash (?:drop|rm)|amend|scrub)\b|^(?:update|checkout|co)\b.*--force/,
    publishes: /^(?:push|sync)\b|^commit\b/,
    forces: NEVER,
  },
  bzr: {
    loses: /^(?:revert|uncommit|clean-tree|remove-tree|remove-branch|shelve|rebase)\b|--overwrite/,
    publishes: /^(?:push|send)\b/,
    forces: /^push\b.*--overwrite/,
  },
  p4: {
    loses: /^(?:revert|obliterate|clean|unshelve|sync -f|delete|flush|change -d|shelve -d)\b/,
    publishes: /^(?:submit|shelve)\b/,
    forces: NEVER,
  },
  gt: {
    loses: /^(?:delete|dl|squash|fold|pop|move|restack|sync|undo|modify|absorb|reorder|split)\b/,
    publishes: /^(?:submit|s|ss|merge)\b/,
    forces: NEVER,
  },
  stg: {
    loses:
      /^(?:delete|undo|redo|reset|rebase|clean|uncommit|squash|fold|spill|sink|float|pop|goto|refresh|edit|pull|sync|branch (?:--delete|-D))\b/,
    publishes: NEVER,
    forces: NEVER,
  },
  spr: { loses: /^(?:amend|close)\b/, publishes: /^(?:diff|land|update)\b/, forces: NEVER },
  darcs: {
    loses: /^(?:obliterate|unpull|unrecord|revert|amend|rebase|rollback|clone --lazy)\b/,
    publishes: /^(?:push|send)\b/,
    forces: NEVER,
  },
  pijul: {
    loses: /^(?:unrecord|reset|fork -d|channel delete)\b/,
    publishes: /^push\b/,
    forces: NEVER,
  },
  cvs: {
    loses: /^(?:update|up)\b.*-C|^(?:admin -o|release -d)/,
    publishes: /^(?:commit|ci|import)\b/,
    forces: NEVER,
  },
  "git-branchless": {
    loses: /^(?:hide|undo|move|restack|amend|reword|split|sync)\b/,
    publishes: /^submit\b/,
    forces: NEVER,
  },
};

const LOOKS =
  /^(?:status|st|log|diff|show|info|timeline|heads|cat|annotate|blame|help|version|evolog|obslog|file (?:list|show)|root|config list|bookmark list|op log|workspace list|smartlog|ls|id|identify|files|filelog|opened|changes)\b/;

export const versionControl: CommandModel = command({
  names: [...Object.keys(SYSTEMS), "brz"],
  own: "a verb means another thing in each of fourteen systems: a call looks only if its whole line is known to, by system",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    const at = words.findIndex((word) => /^(?:--cwd|-R|--repository|--chdir)$/.test(word));
    const place = at < 0 ? undefined : args[at + 1];
    const rest = at < 0 ? words : words.filter((_, index) => index !== at && index !== at + 1);
    const line = rest.join(" ").slice(0, 1_024);
    if (rest.length === 0 || /^(?:--version|-V|--help|-h|help|version)$/.test(line)) return [];
    const runs = effect<"execute">({
      kind: "execute",
      program: name,
      origin: "system",
      reach: "unbounded",
    });
    const found: Consequence[] = [runs, ...fetched(args), ...namedFiles(args, context)];
    const system = SYSTEMS[name === "brz" ? "bzr" : name];
    if (system === undefined || LOOKS.test(line)) return found;
    // Where it works elsewhere, what is lost lies there.
    if (/^(?:purge|clean)\b/.test(line) && place !== undefined) found.push(deletes(place, "tree"));
    if (system.loses.test(line))
      found.push(effect<"history">({ kind: "history", operation: "discard", remote: undefined }));
    if (/^archive\b|^git clone\b|^clone\b/.test(line)) {
      const target = args.findLast((_, index) => words[index]?.startsWith("-") !== true);
      if (target !== undefined && words.length > 1)
        found.push(writes(target, "create", { reach: "tree" }));
    }
    if (system.publishes.test(line))
      found.push(
        effect<"publish">({
          kind: "publish",
          channel: "git",
          destination: undefined,
          refs: undefined,
        }),
        egress(undefined),
      );
    if (system.forces.test(line))
      found.push(
        effect<"history">({ kind: "history", operation: "force-push", remote: "unknown" }),
      );
    return found;
  },
});
