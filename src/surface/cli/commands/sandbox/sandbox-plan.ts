// `sallyport sandbox plan`: the policy of a project as profiles and files that isolate it, shown before anything is written.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import type { Planned } from "#govern/sandbox/isolation-plan.ts";
import { PLAN_TARGETS, type PlanTarget, targetOf } from "#govern/sandbox/targets.ts";
import { tierNamed } from "#govern/sandbox/probe-areas.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport sandbox plan`. */
export const planCommand = defineCommand({
  meta: {
    name: "plan",
    description: `make what isolates the project of its policy: a profile, settings or container files. Shown first; \`--out\` writes new files only

  sallyport sandbox plan                                  what this tier needs, and what brings it about
  sallyport sandbox plan --target bwrap --out ../jail     then: ../jail/isolated npm test
  sallyport sandbox plan --target sandbox-runtime         settings of @anthropic-ai/sandbox-runtime
  sallyport sandbox plan --target devcontainer --image node:22-slim@sha256:... --client 2.1.328 --proxy http://egress:3128`,
  },
  args: {
    target: {
      type: "enum",
      options: [...PLAN_TARGETS],
      description: "what to make (default: what suits the tier)",
    },
    tier: {
      type: "string",
      valueHint: TIERS.join("|"),
      description: "how much may go wrong here (default: the policy's tier)",
    },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    out: { type: "string", valueHint: "DIR", description: "write the files there" },
    proxy: {
      type: "string",
      valueHint: "URL",
      description: "the proxy by which hosts are reached; without it nothing is reached",
    },
    image: { type: "string", valueHint: "IMAGE", description: "base of an image, with its digest" },
    client: { type: "string", valueHint: "VERSION", description: "version of the client in it" },
    registry: {
      type: "string",
      valueHint: "URL",
      description: "the registry of packages (default: npm's own)",
    },
    key: {
      type: "string",
      valueHint: "FILE",
      description: "where a key that lives for a short while lies outside of a container",
    },
    mask: {
      type: "string",
      valueHint: "NAMES",
      description: "variables that are replaced by stand-ins inside, with commas",
    },
    ...policyOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const project = namedDirectory(args.project ?? process.cwd());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { planFor } = await import("../../../services/sandbox/plan-for.ts");
    const tier = args.tier === undefined ? undefined : tierNamed(args.tier);
    if (args.tier !== undefined && tier === undefined)
      throw new Failure("usage", `\`${printable(args.tier)}\` is no tier: ${TIERS.join(", ")}`);
    const made = await planFor({
      project,
      directories,
      tier,
      target: args.target,
      policy: args.policy,
      proxy: args.proxy,
      image: args.image,
      client: args.client,
      registry: args.registry,
      keyFile: args.key,
      masked: args.mask?.split(",").map((name) => name.trim()) ?? [],
    });
    const { writePlan } = await import("../../../services/sandbox/write-plan.ts");
    const written = args.out === undefined ? [] : writePlan(args.out, made.planned.files);
    return print(
      args.json === true
        ? printableJson({
            tier: made.tier ?? null,
            tierBy: made.tierBy,
            target: made.target,
            notes: made.planned.notes,
            written,
            files: made.planned.files.map(({ name, text, mode }) => ({ name, mode, text })),
          })
        : planText(made, { out: args.out, isChosen: args.target !== undefined }),
    );
  },
});

function planText(
  {
    tier,
    tierBy,
    target,
    planned: { files, notes },
  }: {
    readonly tier: string | undefined;
    readonly tierBy: string;
    readonly target: PlanTarget;
    readonly planned: Planned;
  },
  { out, isChosen }: { readonly out: string | undefined; readonly isChosen: boolean },
): string {
  const why = isChosen ? "" : `, which suits ${tier ?? "the strictest"}: ${targetOf(tier).why}`;
  return [
    `tier: ${tier ?? "none, so the strictest"} (${printable(tierBy)})`,
    `target: ${target}${why}`,
    ...files.flatMap(({ name, text }) => [
      "",
      `--- ${name}`,
      ...text.trimEnd().split("\n").map(printable),
    ]),
    "",
    ...notes.map((note) => `note: ${printable(note)}`),
    out === undefined
      ? "not written (name a directory with --out)"
      : `written to ${printable(out)}`,
  ].join("\n");
}
