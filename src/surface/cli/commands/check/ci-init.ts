// `sallyport ci init`: files that put the gate and the headless run into a pipeline, shown before they are written.
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import {
  PIPELINE_KINDS,
  pipelineFiles,
  type PipelineKind,
} from "../../../services/ci/pipeline-files.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { changeOptions, changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

/** The client that the files name: the one that this version was measured with. */
const CLIENT_VERSION = "2.1.328";
const NOTES: Readonly<Record<PipelineKind, string>> = {
  github:
    "commit both files, and let `/.github/` be owned by people (`sallyport ci init codeowners`)",
  gitlab: "include it from `.gitlab-ci.yml`: `include: { local: sallyport.gitlab-ci.yml }`",
  "pre-commit": "`pre-commit install` puts it in force for whoever works here",
  codeowners:
    "it holds only where the branch asks for reviews of owners (`sallyport ci init branch-protection`)",
  "dependency-review":
    "it needs the dependency graph of the repository; require its check where the branch is protected",
  "branch-protection":
    "`gh api repos/OWNER/REPO/rulesets --input .github/rulesets/default-branch.json` puts it in force",
};

/** `sallyport ci init KIND [DIRECTORY]`. */
export const ciInitCommand = defineCommand({
  meta: {
    name: "init",
    description: `write what a pipeline needs: shown whole, and written after a yes

  sallyport ci init github                         a composite action and a workflow with the gate and a review
  sallyport ci init gitlab                         a file to include
  sallyport ci init pre-commit                     hooks of pre-commit
  sallyport ci init codeowners --owner @org/team   owners of what decides over the client and pipelines
  sallyport ci init branch-protection              a ruleset of GitHub for the default branch
  sallyport ci init dependency-review              a workflow that looks at what a request adds to the dependencies

A file that is there and says something else is not replaced, except CODEOWNERS, which is continued.`,
  },
  args: {
    kind: { type: "positional", required: true, description: PIPELINE_KINDS.join(", ") },
    ...changeOptions,
    owner: {
      type: "string",
      valueHint: "@ORG/TEAM,...",
      description: "with codeowners: who reviews",
    },
  },
  async run({ args }) {
    const terminal = openTerminal();
    const request = changeRequest(args, terminal);
    const kind = kindOf(args.kind);
    const root = rootOf(args.directory);
    const existing = (path: string): string | undefined => {
      const file = join(root, path);
      return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    };
    const versions = { product: productVersion(), client: CLIENT_VERSION };
    const owners = ownersOf(kind, args.owner);
    const files = pipelineFiles(kind, { versions, owners, existing }).map((file) => ({
      ...file,
      before: existing(file.path),
    }));
    const taken = files.find(
      ({ before, text }) => kind !== "codeowners" && before !== undefined && before !== text,
    );
    if (taken !== undefined)
      throw new Failure(
        "usage",
        `\`${taken.path}\` is there and says something else: move it, or take over by hand what \`--dry-run\` in an empty directory shows`,
      );
    const diff = files.map(({ before, text, path }) => unifiedDiff(before, text, path)).join("");
    const changed = files.filter(({ before, text }) => before !== text).map(({ path }) => path);
    const outcome =
      diff === "" ? "unchanged" : await seekConsent(request, { diff, notes: [NOTES[kind]] });
    if (outcome === "given")
      for (const { path, text } of files) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    const word = outcome === "given" ? "written" : outcome;
    const words = `${word}: ${changed.join(", ") || "nothing to do"}`;
    await tell(args, { outcome: word, files: changed }, outcome === "planned" ? undefined : words);
    if (outcome === "declined") process.exitCode = exitCodes.found;
  },
});

function kindOf(text: string): PipelineKind {
  const kind = PIPELINE_KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new Failure("usage", `\`${printable(text)}\` is not one of ${PIPELINE_KINDS.join(", ")}`);
}

function rootOf(directory: string): string {
  if (!existsSync(directory))
    throw new Failure("usage", `there is no folder \`${printable(directory)}\`: name one`);
  return realpathSync(directory);
}

/** Forms that GitHub and GitLab take: an account, a team, an address. */
function ownersOf(kind: PipelineKind, text: string | undefined): readonly string[] {
  const owners = (text ?? "").split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
  if (kind !== "codeowners") return owners;
  const strange = owners.find(
    (one) => !/^(?:@[\w.-]+(?:\/[\w./-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/.test(one),
  );
  if (owners.length === 0 || strange !== undefined)
    throw new Failure(
      "usage",
      "`--owner` names who reviews: `@account`, `@org/team` or an address, separated by commas",
    );
  return owners;
}
