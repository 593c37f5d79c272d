// How grave an `.env` file in a repository is: as what was found in it, for its name is no evidence.
import { describe, expect, it } from "vitest";
import { createCollector } from "#assure/scan/collector.ts";
import { judgeName, lookAt } from "#surface/services/scan/content-look.ts";

/** Joined here, so that no scanner of a host takes it for real. */
const generated = ["q7Vt2mXw9K", "pL4sZdR8nB"].join("");

describe("an `.env` file that git follows", () => {
  it.each([
    [".env", `LAMP_API_KEY=${generated}\n`, "high"],
    [".env.local", "PORT=8080\nDB_PASSWORD=lantern\n", "medium"],
    [".env", "PORT=8080\n", "medium"],
    ["hooks/tools.env", "LAMP_HOME=lamp\n", undefined],
    ["hooks/tools.env", `LAMP_API_KEY=${generated}\n`, "high"],
  ])("%s with %j is %s", (path, text, tier) => {
    const collector = createCollector({
      scope: path,
      today: "2026-01-01",
      digest: () => "digest",
      honoursAnnotations: false,
      leastTier: "medium",
      families: ["secret"],
    });
    judgeName(collector, { file: path, path });
    const look = lookAt(collector, { file: path, path });
    look.push(Buffer.from(text));
    look.end();
    const about = collector.report().findings.filter(({ rule }) => rule === "env-file");
    expect(about.map((one) => [one.tier, one.gravity])).toEqual(
      tier === undefined ? [] : [[tier, tier]],
    );
  });
});
