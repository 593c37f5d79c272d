// `sallyport fleet inventory`: what is known of the ten kinds of things, and where sources differ.
import { defineCommand } from "citty";
import { KIND_NAMES, type Merged } from "#assure/rollout/inventory.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import type { LookedAt } from "../../../services/fleet/rollout.ts";
import { fleetOptions, lookNow } from "./fleet-context.ts";

/** `sallyport fleet inventory`. */
export const inventoryCommand = defineCommand({
  meta: {
    name: "inventory",
    description: `what is known of the ten kinds of things, and where sources describe one thing otherwise

  sallyport fleet inventory
  sallyport fleet inventory --kind devices --json`,
  },
  args: {
    kind: { type: "string", valueHint: "KIND", description: `one kind: ${KIND_NAMES.join(", ")}` },
    ...fleetOptions,
    ...jsonOption,
  },
  async run({ args }) {
    const kinds =
      args.kind === undefined ? KIND_NAMES : KIND_NAMES.filter((kind) => kind === args.kind);
    if (kinds.length === 0)
      throw new Failure(
        "usage",
        `\`${printable(args.kind ?? "")}\` is no kind: ${KIND_NAMES.join(", ")}`,
      );
    const { company, folder } = await lookNow(args);
    const rows = kinds.map((kind) => ({
      kind,
      things: kind === "devices" ? devicesSeen(company) : company.listed[kind],
      sources: folder.listings
        .filter((one) => one.kind === kind)
        .map(({ source, addedMs, document }) => ({ source, addedMs, document })),
    }));
    const conflicts = rows.flatMap(({ kind, things }) =>
      things.flatMap(({ name, conflicts: said }) => said.map((one) => ({ kind, name, ...one }))),
    );
    if (conflicts.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson({ kinds: rows, conflicts }));
    const lines = [
      ...rows.map(
        ({ kind, things, sources }) =>
          `${kind}: ${things.length}${sources.length === 0 ? "" : ` from ${sources.map(({ source }) => source).join(", ")}`}`,
      ),
      ...(args.kind === undefined
        ? []
        : rows.flatMap(({ things }) =>
            things.map(
              ({ name, fields }) =>
                `  ${name}  ${Object.entries(fields)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(" ")}`,
            ),
          )),
      ...conflicts.map(
        ({ kind, name, field, said }) =>
          `conflict in ${kind}: ${name} has as ${field} ${said.join(" and ")}`,
      ),
    ];
    return print(lines.map(printable).join("\n"));
  },
});

/** The devices of exports, each with what its machine reported, and those machines that no export lists. */
function devicesSeen({ listed, machines }: LookedAt["company"]): readonly Merged[] {
  const told = new Map(
    machines.flatMap(({ machine, host, isListed }) =>
      host === undefined
        ? []
        : [[machine.toLowerCase(), { isListed, fields: reportedFields(host.report) }] as const],
    ),
  );
  const unlisted = [...told].filter(([, { isListed }]) => !isListed);
  return [
    ...listed.devices.map((device) => ({
      ...device,
      fields: { ...device.fields, ...told.get(device.name)?.fields },
    })),
    ...unlisted.map(([name, { fields }]) => ({
      name,
      fields,
      sources: ["reports"],
      conflicts: [],
    })),
  ];
}

function reportedFields({ client, product }: HostReport): Readonly<Record<string, string>> {
  return {
    ...(client === "" ? {} : { client }),
    ...(product === "" ? {} : { sallyport: product }),
  };
}
