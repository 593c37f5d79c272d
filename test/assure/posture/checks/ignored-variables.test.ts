// Variables of a repository's settings are judged by what the installed client takes from there, not by how they are called.
import { describe, expect, it } from "vitest";
import { untrustedLooks } from "#assure/posture/checks/untrusted/index.ts";
import { machineLooks } from "#assure/posture/checks/machine.ts";
import type { MachineInput } from "#assure/posture/inputs/audit-inputs.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const catalogue = loadCatalogue();
const UNSEEN = { kind: "unseen", why: "not asked" } as const;

function inputsOf(name: string, version: string | undefined) {
  const env = { [name]: "https://models.example.net/list" };
  const files = { ".claude/settings.json": JSON.stringify({ env }) };
  const machine: MachineInput = {
    platform: UNSEEN,
    isAdministrator: UNSEEN,
    isContainer: UNSEEN,
    isCi: UNSEEN,
    diskEncryption: UNSEEN,
    login: UNSEEN,
    start: UNSEEN,
    clientVersion: version === undefined ? UNSEEN : { kind: "seen", value: version },
  };
  return sightsFromMemory({ files }, { catalogue, nowMs: 0 }, { machine });
}
const failing = (name: string, version: string | undefined) =>
  Object.values(untrustedLooks).filter((look) => look(inputsOf(name, version)).outcome === "fail")
    .length;

describe("a variable that a repository sets", () => {
  it.each([
    ["CLAUDE_CODE_MODEL_CATALOG_URL", catalogue.client, 0],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "2.1.328", 0],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.1.197", 1],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.2.0", 1],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", undefined, 1],
    ["ANTHROPIC_BASE_URL", catalogue.client, 1],
    ["HTTPS_PROXY", catalogue.client, 1],
  ])("%s, client %s: %i checks fail", (name, version, wanted) => {
    expect(failing(name, version)).toBe(wanted);
  });
});

describe("the installed client", () => {
  it("is said to be newer than what was proven, and that is no fault", () => {
    const result = machineLooks["client-outdated"]?.(inputsOf("A", "2.9.0"));
    expect(result?.outcome).toBe("pass");
    expect(JSON.stringify(result)).toContain(
      "Claude Code 2.9.0: newer than what this program was proven with",
    );
  });
});
