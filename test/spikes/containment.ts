// Spike: what the client's sandbox holds, what it lets through, what ordinary work it breaks, what it costs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyMissing } from "../client/machine.ts";
import { printCanaries } from "./containment-canary.ts";
import { printCost } from "./containment-cost.ts";
import { printPatterns } from "./containment-patterns.ts";
import { printWork } from "./containment-work.ts";
import { type Probe, runProbe, startServices, withoutSandbox } from "./containment-probes.ts";
import { listWays } from "./containment-ways.ts";

async function main(): Promise<void> {
  const reason = await whyMissing(["client", "sandbox"]);
  if (reason !== undefined) {
    console.log(`not run: ${reason}`);
    return;
  }
  const part = process.argv[2] ?? "all";
  const filter = process.argv[3] ?? "";
  if (part === "ways" || part === "all") {
    await tryWays(filter);
  }
  if (part === "controls" || part === "all") {
    await tryWays(filter, withoutSandbox);
  }
  if (part === "patterns" || part === "all") {
    await printPatterns();
  }
  if (part === "canary" || part === "all") {
    await printCanaries();
  }
  if (part === "work" || part === "all") {
    await printWork(filter);
  }
  if (part === "cost" || part === "all") {
    await printCost();
  }
}

async function tryWays(
  filter: string,
  change: (probe: Probe) => Probe = (probe) => probe,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "sallyport-spike-"));
  const services = await startServices(join(scratch, "service.sock"));
  console.log(
    `## ways${change === withoutSandbox ? " without sandbox" : ""}, uid ${process.getuid?.()}\n\n| area | way | state | seen |\n|---|---|---|---|`,
  );
  try {
    for (const probe of listWays(services)) {
      if (`${probe.area} ${probe.name}`.includes(filter)) {
        await runProbe(change(probe));
      }
    }
  } finally {
    services.close();
    rmSync(scratch, { recursive: true });
  }
}

await main();
