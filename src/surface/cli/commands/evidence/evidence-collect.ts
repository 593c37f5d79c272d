// `sallyport evidence collect`: the evidence of a period for the controls of a framework, in one signed archive.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { EVIDENCED } from "#assure/control/catalogues.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { AssessedControl } from "#assure/evidence/assess.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { collectPack } from "../../../services/evidence/collect-evidence.ts";
import { evidencedBy, evidencedNamed } from "../../../services/evidence/shipped-controls.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { progressOf, progressOption } from "../../log/tell-progress.ts";
import { periodArguments, postureArguments, readDays } from "./evidence-period.ts";

/** `sallyport evidence collect`. */
export const collectCommand = defineCommand({
  meta: {
    name: "collect",
    description: `collect what the record shows for each control of a framework over a period, into a new archive that is signed by the log

  sallyport evidence collect --framework soc2 --from 2026-01-01 --to 2026-03-31 --out q1.tar
  sallyport evidence collect --framework hipaa --from 2026-01-01 --to 2026-03-31 --out q1.tar --project . --progress

Holds counts with their queries, samples with proofs that the log holds them, policies, exceptions, incidents, attestations, and every
gap with its reason. It supports an assessment and is none. Exit code 0: no gap; 1: written, with gaps or controls without evidence.`,
  },
  args: {
    framework: {
      type: "string",
      required: true,
      valueHint: "NAME",
      description: EVIDENCED.join(", "),
    },
    ...periodArguments,
    out: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "a new file, for you alone",
    },
    ...postureArguments,
    ...progressOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const framework = evidencedNamed(args.framework);
    const period = readDays(args, Date.now());
    if (args.project !== undefined && args["without-posture"] === true)
      throw new Failure("usage", "`--project` and `--without-posture` do not go together");
    // WHY before the work: it may take a minute.
    if (existsSync(args.out))
      throw new Failure("usage", `\`${printable(args.out)}\` is there: name a new file`);
    const { controls, notCovered = [] } = evidencedBy(framework);
    // What waits in the spool belongs to the record.
    await openView(args.data);
    const { onProgress } = progressOf(args);
    const { bytes, manifest, digest } = await collectPack(
      directoriesIn(args.data ?? dataDirectory()),
      {
        framework,
        controls,
        period,
        project: args.project,
        notCovered,
        withoutPosture: args["without-posture"] === true,
        onProgress: onProgress ?? (() => undefined),
        onProject(project) {
          if (args.progress === true)
            process.stderr.write(`sallyport: looking at ${printable(project)}\n`);
        },
      },
    );
    await writeNewFile(args.out, bytes);
    const isBare = manifest.controls.some(
      ({ status }) => status === "gap" || status === "not evidenced",
    );
    if (isBare) process.exitCode = 1;
    const { log, proofs } = manifest;
    await tell(
      args,
      {
        outcome: "written",
        file: args.out,
        digest,
        framework,
        bytes: bytes.length,
        log,
        proofs,
        controls: manifest.controls,
      },
      [
        ...controlLines(manifest),
        ...notCovered.map(
          ({ references, why }) => `not covered: ${printable(references)}: ${printable(why)}`,
        ),
        `${counted(manifest.files.length, "file")} in ${printable(args.out)}, ${counted(proofs.held, "proof")}, of ${log.size} entries of the log`,
        `digest ${digest}: give it to the assessor apart from the file`,
        "it supports an assessment; whether a control is met is for the assessor to decide",
      ].join("\n"),
    );
  },
});

/** Each control with its status, and each gap below it. */
export function controlLines({
  controls,
}: {
  readonly controls: readonly Pick<AssessedControl, "reference" | "status" | "title" | "gaps">[];
}): readonly string[] {
  const width = Math.max(0, ...controls.map(({ reference }) => reference.length));
  return controls.flatMap(({ reference, status, title, gaps }) => [
    `${printable(reference).padEnd(width)}  ${status.padEnd(13)}  ${printable(title)}`,
    ...gaps.map(({ kind, reason }) => `  ${kind}: ${printable(reason)}`),
  ]);
}
