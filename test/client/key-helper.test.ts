// The client's own key from a keychain: `apiKeyHelper` runs `sallyport secrets get`, and no variable of the session holds the key.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { openKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { bash, runClient } from "./client-run.ts";
import { clientPath, whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const KEY = "planted-key-of-the-client";
const main = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));
const missing = await whyMissing(["client"]);

describe("the client's key", () => {
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  it("comes from the keychain with each session, on record, and no command sees it", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-key-")));
    try {
      const { directories } = await ensureInstall({ root: join(folder, "sallyport") });
      await openKeys(directories.keys);
      writeFileSync(join(folder, "secret-tool"), `#!/bin/sh\nprintf %s ${KEY}\n`, { mode: 0o755 });
      const helper = `SALLYPORT_HOME=${directories.root} PATH=${folder}:$PATH ${process.execPath} ${main} secrets get keychain:anthropic/key`;
      const run = await runClient({
        turns: [bash("env; cat /proc/$PPID/environ | tr '\\0' '\\n'")],
        settings: { user: { apiKeyHelper: helper, permissions: { allow: ["Bash"] } } },
        env: { ANTHROPIC_API_KEY: undefined, PATH: clientPath },
        timeoutMs: 120_000,
      });
      const sent = run.requests.filter(({ loop }) => loop === "main");
      expect(sent.length).toBeGreaterThan(1);
      expect(sent.map(({ headers }) => headers["x-api-key"])).toEqual(sent.map(() => KEY));
      expect(run.toolResults.get(toolUseId(0))?.text).toContain("PATH=");
      expect(run.leaked(KEY)).toBeUndefined();
      await takeSpooled(directories);
      const log = await viewLog(directories.log, directories.keys);
      const deeds: unknown[] = [];
      for await (const { leaf } of log.leaves(0, await log.size()))
        if ("metadata" in leaf) deeds.push([leaf.metadata["kind"], leaf.metadata["what"]]);
      expect(deeds).toContainEqual(["secret", "fetched"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
