// `sallyport prove`: does a held call really hold here? Some three hundred probes from inside of one, each judged by what came of it outside.
import { readFileSync } from "node:fs";
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import {
  openTerminal,
  paint,
  print,
  type Terminal,
} from "../../../foundation/terminal/terminal.ts";
import { loadPolicy } from "../../../services/policy/policy-source.ts";
import { FAMILIES, type Family } from "../../../services/prove/probe.ts";
import type { Proof } from "../../../services/prove/prove.ts";

/** `sallyport prove`. */
export const proveCommand = defineCommand({
  meta: {
    name: "prove",
    description: `prove that held calls are held on this machine: code in one tries to read, change and reach what it must not, in a made-up home that is removed again

  sallyport prove
  sallyport prove --json > proof.json    to keep or to send in: it says nothing of you or your files

Nothing of yours is read or changed, and no host is asked. It takes a few seconds.`,
  },
  args: {
    inside: {
      type: "string",
      valueHint: "FILE",
      description: "used by the proof itself, inside of the held call",
    },
    ...policyOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (args.inside !== undefined) return inside(args.inside);
    const { prove } = await import("../../../services/prove/prove.ts");
    const directories = directoriesIn(args.data ?? dataDirectory());
    const proof = await prove(directories.root, loadPolicy(args.policy));
    const isBroken = proof.probes.some(({ result }) => result === "does-not-work");
    process.exitCode = proof.holds ? 0 : isBroken ? 2 : 1;
    await print(args.json === true ? printableJson(proof) : proofText(proof, openTerminal()));
  },
});

/** WHY little is checked: who wrote the file started this process, and what it does is what any program in there may do. */
async function inside(list: string): Promise<void> {
  const { tryProbes } = await import("../../../services/prove/inside.ts");
  let probes: unknown;
  try {
    probes = JSON.parse(readFileSync(list, "utf8"));
  } catch {
    throw new Failure("usage", "`--inside` is for the proof itself");
  }
  await print(JSON.stringify(await tryProbes(probes as Parameters<typeof tryProbes>[0], "/tmp")));
}

function proofText(proof: Proof, terminal: Terminal): string {
  const lines = (Object.keys(FAMILIES) as Family[]).map((family) => {
    const its = proof.probes.filter((probe) => probe.family === family);
    const count = (result: string): number => its.filter((one) => one.result === result).length;
    const good = count("held") + count("works");
    const bad = count("got-through") + count("does-not-work");
    const word = paint(
      terminal,
      bad > 0 ? "red" : "green",
      (bad > 0 ? "FAILED" : family === "work" ? "works" : "held").padEnd(8),
    );
    const left = count("not-tried") > 0 ? `, ${count("not-tried")} not tried` : "";
    return `${word}${FAMILIES[family].padEnd(50)} ${good} of ${its.length}${left}`;
  });
  const named = proof.probes.flatMap(({ id, result }) =>
    result === "got-through"
      ? [`GOT THROUGH     ${printable(id)}`]
      : result === "does-not-work"
        ? [`DOES NOT WORK   ${printable(id)}`]
        : [],
  );
  const failed = proof.probes.filter(({ result }) => result === "got-through").length;
  const end = proof.holds
    ? `Calls are held here: ${counted(proof.probes.length, "probe")}, none got through.`
    : failed > 0
      ? `NOT PROVEN: ${counted(failed, "probe")} got through.`
      : "NOT PROVEN: what has to work in a held call does not.";
  return [
    ...lines,
    "",
    ...(named.length > 0 ? [...named, ""] : []),
    `${end} (${proof.system}, kernel ${printable(proof.kernel)}, sallyport ${proof.version})`,
  ].join("\n");
}
