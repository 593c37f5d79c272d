// `sallyport policy compile`: a policy as the files by which clients, their sandbox and machines hold it.
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Compiled, compilePolicy } from "#govern/compile/compile.ts";
import { boundaryTable } from "#govern/compile/boundary-table.ts";
import { hasHooks } from "#govern/compile/settings-object.ts";
import type { Site } from "#govern/compile/site.ts";
import { SCOPES, type Target } from "#govern/compile/target.ts";
import { PLATFORMS } from "#govern/settings/managed-directory.ts";
import { readBelow, replaceBelow } from "#govern/settings/deploy.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { platformOf } from "../../../services/settings/managed-places.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readSite } from "../../policy/site-file.ts";
import { requireGuarded } from "../../policy/site-project.ts";
import { loadCatalogue } from "../../../foundation/product/shipped-data.ts";

/** Rules that a refusal names. */
const RULES_NAMED = 5;

export const compileCommand = defineCommand({
  meta: {
    name: "compile",
    description: `Compiles a policy into settings of the client and what machines install. Nothing outside of --out is touched.
Example: sallyport policy compile team --target managed --site site.yaml --out build/policy
Example: sallyport policy compile policy.yaml --target project --report`,
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    target: {
      type: "enum",
      options: [...SCOPES],
      default: "managed",
      description: "whose settings; `system` adds the daemon under an account of its own",
    },
    platform: {
      type: "enum",
      options: [...PLATFORMS],
      description: "of the machines that they are for (default: this one's)",
    },
    site: { type: "string", valueHint: "FILE", description: "parameters of your site (YAML)" },
    out: { type: "string", valueHint: "DIR", description: "where the files are written" },
    report: { type: "boolean", description: "what holds each rule, and what nothing holds" },
    ...jsonOption,
  },
  async run({ args }) {
    const { policy, whole } = namedPolicy(args.policy);
    const target: Target = { scope: args.target, platform: args.platform ?? platformOf() };
    const site = readSite(args.site);
    if (requireGuarded(site) === "unseen")
      process.stderr.write(
        "sallyport: `hooks.data` is not on this machine, so nobody looked whether `hooks.project` is guarded there\n",
      );
    const options = { target, site, catalogue: loadCatalogue(), client: whole.client };
    const compiled = compilePolicy(policy, options);
    if (args.out !== undefined) {
      requireHook(compiled, target, site);
      await writeFiles(args.out, compiled);
    }
    const { id, version, digest } = policy;
    await print(
      args.json === true
        ? printableJson({ policy: { id, version, digest }, target, ...compiled })
        : compiledText(compiled, { isReport: args.report === true, out: args.out }),
    );
    if (compiled.boundaries.some(({ isHeld }) => !isHeld)) process.exitCode = 1;
  },
});

/** WHY: what is written is taken for the policy, and rules that only a hook holds would be held by nobody. */
function requireHook({ boundaries }: Compiled, target: Target, site: Site): void {
  const open = boundaries.filter(({ isHeld }) => !isHeld).map(({ rule }) => rule);
  if (open.length === 0 || target.scope === "project" || hasHooks(target, site)) return;
  throw new Failure(
    "compile-hooks",
    `nothing is written: only a hook holds ${open.length} rules of this policy (${open.slice(0, RULES_NAMED).join(", ")}${open.length > RULES_NAMED ? ", …" : ""}), and the parameters name none; write \`hooks\` into the file of \`--site\``,
  );
}

/** Each file is replaced whole. All of them were checked before the first is written. */
async function writeFiles(out: string, { files }: Compiled): Promise<void> {
  let root: string;
  try {
    mkdirSync(out, { recursive: true });
    root = realpathSync(out);
  } catch (cause) {
    throw new Failure(
      "compile-output",
      `nothing can be written to \`${out}\`: name a directory of yours`,
      { cause },
    );
  }
  for (const { name, text, mode } of files) {
    const path = join(root, name);
    await replaceBelow(root, path, { expected: await readBelow(root, path), text, mode });
  }
}

function compiledText(
  { files, boundaries, notes }: Compiled,
  { isReport, out }: { readonly isReport: boolean; readonly out: string | undefined },
): string {
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(({ name, path, text }) => {
    const where = path === undefined ? "for device management" : printable(path);
    return `${name.padEnd(width)}  ${String(Buffer.byteLength(text)).padStart(7)} bytes  ${where}`;
  });
  const held = boundaries.filter(({ isHeld }) => isHeld).length;
  return [
    out === undefined
      ? "not written (name a directory with --out):"
      : `written to ${printable(out)}:`,
    ...lines.map((line) => `  ${line}`),
    `${held} of ${boundaries.length} rules are held by what is written`,
    ...notes.map((note) => `note: ${printable(note)}`),
    ...(isReport ? ["", boundaryTable(boundaries)] : []),
  ].join("\n");
}
