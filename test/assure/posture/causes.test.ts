// What is missing is a finding only where something calls for it.
import { describe, expect, it } from "vitest";
import {
  inGit,
  inOrganization,
  withControlFiles,
  withPipeline,
  withSecrets,
} from "#assure/posture/causes.ts";
import { type InMemory, sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import type { AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const sightsOf = (given: Partial<InMemory>): AuditInputs =>
  sightsFromMemory({ files: {}, ...given }, around);
const library = sightsOf({ files: { "package.json": "{}", "index.js": "" } });
const token =
  '{ "mcpServers": { "db": { "command": "db", "env": { "DB_PASSWORD": "${DB_PASSWORD}" } } } }';

describe("a cause", () => {
  it.each([
    ["an organization", inOrganization, { managed: { "managed-settings.json": "{}" } }],
    ["a pipeline", withPipeline, { files: { ".gitlab-ci.yml": "test:\n  script: [make]\n" } }],
    [
      "control files",
      withControlFiles,
      { files: { ".claude/settings.json": '{ "permissions": { "allow": ["Bash(make)"] } }' } },
    ],
    ["a file of variables", withSecrets, { files: { ".env": "A=b\n" } }],
    ["an example of variables", withSecrets, { files: { ".env.example": "API_KEY=change-me\n" } }],
    ["a server with a password", withSecrets, { files: { ".mcp.json": token } }],
    [
      "a container with a password",
      withSecrets,
      { files: { "compose.yaml": "services: { db: { environment: { DB_PASSWORD: x } } }\n" } },
    ],
  ] as const)("is %s, which a library does not have", (_name, cause, given) => {
    expect(cause(sightsOf(given))).toBeUndefined();
    expect(cause(library)).toEqual(expect.any(String));
  });
  it("is a checklist that was asked for", () => {
    const asked = { ...library, isAskedFor: true };
    const causes = [inOrganization, withPipeline, withControlFiles, withSecrets, inGit];
    expect(causes.map((cause) => cause(asked))).toEqual(causes.map(() => undefined));
  });
  it("is a repository of git, for what is committed", () => {
    const outside = {
      kind: "seen",
      value: { isRepository: false, tracked: () => false, hooks: [], remoteHost: undefined },
    } as const;
    expect([inGit(library), inGit({ ...library, git: outside })]).toEqual([
      undefined,
      "this is no repository of git",
    ]);
  });
  it("is no settings file that only denies", () => {
    const denies = sightsOf({
      files: { ".claude/settings.json": '{ "permissions": { "deny": ["Read(.env)"] } }' },
    });
    expect(withControlFiles(denies)).toBe("nothing here steers the client or a pipeline");
  });
  it("is no example without a name of a secret", () => {
    expect(withSecrets(sightsOf({ files: { ".env.example": "PORT=80\n" } }))).toBe(
      "nothing here uses a secret",
    );
  });
});
