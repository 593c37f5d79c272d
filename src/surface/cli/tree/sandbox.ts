// Commands about isolation, a group of the section of checks.
import { command, group } from "../command-line/entry.ts";

export const sandboxGroup = group(
  "isolation: tried from inside, read from container files, made of a policy",
  `Isolation around sessions: proven by trying, read from files, made of a policy.

  sallyport sandbox probe                            what can be reached from here?
  sallyport sandbox audit                            do the container files of this repository isolate?
  sallyport sandbox plan --target bwrap --out jail   a profile, made of the policy`,
  {
    probe: command(
      "try what can be reached from where this runs; nothing is inferred",
      async () => (await import("../commands/sandbox/sandbox-probe.ts")).probeCommand,
      {
        0: "nothing that is forbidden can be reached",
        1: "something can",
        2: "cannot be done, or of something forbidden it cannot be told",
      },
    ),
    audit: command(
      "hold container files against the nine items of strong isolation",
      async () => (await import("../commands/sandbox/sandbox-audit.ts")).sandboxAuditCommand,
      {
        0: "all nine are met by every container",
        1: "some are not met or not said, a file cannot be read, or no container is described",
        2: "could not look",
      },
    ),
    plan: command(
      "make profiles, settings or container files of the policy, shown before they are written",
      async () => (await import("../commands/sandbox/sandbox-plan.ts")).planCommand,
      { 0: "shown, or written", 2: "cannot be done, and nothing is written" },
    ),
  },
);
