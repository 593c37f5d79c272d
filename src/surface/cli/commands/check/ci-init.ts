// `sallyport ci init`: files that put the gate and the headless run into a pipeline, shown before they are written.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import {
  INSTALLING,
  PIPELINE_KINDS,
  pipelineFiles,
  type PipelineKind,
} from "../../../services/ci/pipeline-files.ts";
import { readWhole } from "../../../services/installer/files.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { changeOptions, changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

/** The client that the files name: the one that this version was measured with. */
const CLIENT_VERSION = "2.1.328";
const TARBALL_BYTES_MAX = 64 * 1024 * 1024;
const NOTES: Readonly<Record<PipelineKind, string>> = {
  github:
    "commit the files, and let `/.github/` be owned by people (`sallyport ci init codeowners`)",
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

  sallyport ci init github --tarball sallyport-1.0.0.tgz   a composite action and a workflow with the gate and a review
  sallyport ci init gitlab --tarball sallyport-1.0.0.tgz --url https://files.example.com/sallyport-1.0.0.tgz
                                                   a file to include
  sallyport ci init pre-commit                     hooks of pre-commit
  sallyport ci init codeowners --owner @org/team   owners of what decides over the client and pipelines
  sallyport ci init branch-protection              a ruleset of GitHub for the default branch
  sallyport ci init dependency-review              a workflow that looks at what a request adds to the dependencies

The pipeline installs the npm package that you name, held to its digest: copied beside the files, or fetched from \`--url\`.
A file that is there and says something else is not replaced, except CODEOWNERS, which is continued.`,
  },
  args: {
    kind: { type: "positional", required: true, description: PIPELINE_KINDS.join(", ") },
    ...changeOptions,
    tarball: {
      type: "string",
      valueHint: "FILE",
      description: "with github and gitlab: our npm package, as `npm pack` makes or fetches it",
    },
    url: {
      type: "string",
      valueHint: "URL",
      description: "where the pipeline fetches that package (https), in place of a copy",
    },
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
    const bytes = await packageOf(kind, args.tarball);
    const product = bytes === undefined ? undefined : pinned(bytes, args.url);
    const versions = { product, client: CLIENT_VERSION };
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
    const folder = INSTALLING[kind];
    const copied =
      bytes === undefined ||
      product === undefined ||
      product.url !== undefined ||
      folder === undefined
        ? []
        : [{ path: `${folder}/${product.name}`, bytes }].filter(
            ({ path }) => !isSame(join(root, path), bytes),
          );
    const copies = copied.map(
      ({ path }) => `${path}: a copy of the npm package, sha256 ${product?.sha256 ?? ""}`,
    );
    const diff = files.map(({ before, text, path }) => unifiedDiff(before, text, path)).join("");
    const changed = [
      ...files.filter(({ before, text }) => before !== text).map(({ path }) => path),
      ...copied.map(({ path }) => path),
    ];
    const outcome =
      changed.length === 0
        ? "unchanged"
        : await seekConsent(request, { diff, notes: [...copies, NOTES[kind]] });
    if (outcome === "given") {
      for (const { path, bytes: content } of copied) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      for (const { path, text } of files) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
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

/** The package of `--tarball`, where the kind installs us. */
async function packageOf(
  kind: PipelineKind,
  file: string | undefined,
): Promise<Uint8Array | undefined> {
  return file === undefined || INSTALLING[kind] === undefined
    ? undefined
    : readWhole(file, TARBALL_BYTES_MAX);
}

function pinned(bytes: Uint8Array, url: string | undefined) {
  // Single quotes would end the word in which the file has it.
  if (url !== undefined && !/^https:\/\/[\w.-]+(?::\d+)?\/[\w./~%+=&?-]+$/.test(url))
    throw new Failure("usage", "`--url` is an https address of the npm package");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name: `sallyport-${productVersion()}.tgz`, sha256, url };
}

function isSame(file: string, bytes: Uint8Array): boolean {
  return existsSync(file) && readFileSync(file).equals(bytes);
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
